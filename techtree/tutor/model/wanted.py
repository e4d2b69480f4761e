"""How an object is asked for: in Pydantic AI's words, and in those of OpenAI's chat completions."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic import BaseModel
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.output import OutputObjectDefinition
from pydantic_ai.tools import ToolDefinition


class Mode(Enum):
    """How a server is asked for an object, best first."""

    TOOL = "tool"
    JSON_SCHEMA = "json schema"
    PROMPTED = "prompted"

    @property
    def next(self) -> "Mode | None":
        modes = list(Mode)
        return modes[modes.index(self) + 1] if self is not modes[-1] else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object, and the way in which it is to come."""

    name: str
    schema: dict[str, Any]
    mode: Mode

    @property
    def _description(self) -> str:
        return f"Hand in the {self.name}."

    def parameters(self) -> ModelRequestParameters:
        """For Pydantic AI."""
        match self.mode:
            case Mode.TOOL:
                tool = ToolDefinition(
                    name=self.name,
                    description=self._description,
                    parameters_json_schema=self.schema,
                )
                return ModelRequestParameters(
                    output_mode="tool", output_tools=[tool], allow_text_output=False
                )
            case Mode.JSON_SCHEMA:
                wanted = OutputObjectDefinition(json_schema=self.schema, name=self.name)
                return ModelRequestParameters(output_mode="native", output_object=wanted)
            case Mode.PROMPTED:
                return ModelRequestParameters()

    def fields(self) -> dict[str, Any]:
        """Of the body of a chat completion."""
        match self.mode:
            case Mode.TOOL:
                function = {
                    "name": self.name,
                    "description": self._description,
                    "parameters": self.schema,
                }
                tools = [{"type": "function", "function": function}]
                return {"tools": tools, "tool_choice": "required"}
            case Mode.JSON_SCHEMA:
                # Strict schemas may not have optional fields; what comes is checked here anyway.
                wanted = {"name": self.name, "schema": self.schema, "strict": False}
                return {"response_format": {"type": "json_schema", "json_schema": wanted}}
            case Mode.PROMPTED:
                return {}


def schema_of(kind: type[BaseModel]) -> dict[str, Any]:
    """The schema without `$defs`, which not every server resolves, and without its own titles."""
    schema = kind.model_json_schema()
    definitions = schema.pop("$defs", {})

    def resolve(node: Any) -> Any:
        if isinstance(node, list):
            return [resolve(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return resolve(definitions[node["$ref"].rsplit("/", 1)[-1]])
        # A property may be called title, too, and then has a schema.
        return {
            key: resolve(value)
            for key, value in node.items()
            if key != "title" or not isinstance(value, str)
        }

    resolved: dict[str, Any] = resolve(schema)
    return resolved
