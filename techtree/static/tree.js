// In the tech tree arrow keys follow the lines, and the lines of a lesson stand out.
(() => {
  const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  const lessonOf = (event) => event.target.closest?.(".tree-lesson");
  const buildsOn = (one, other) => one.dataset.follows.split(" ").includes(other.dataset.number);

  function distance(from, to, [right, down]) {
    const [a, b] = [from, to].map((each) => each.getBoundingClientRect());
    const [x, y] = [b.x + b.width / 2 - a.x - a.width / 2, b.y + b.height / 2 - a.y - a.height / 2];
    const along = x * right + y * down;
    if (along < 8) return Infinity;
    const joined = buildsOn(from, to) || buildsOn(to, from);
    return along + 2 * Math.abs(x * down) + 2 * Math.abs(y * right) + (joined ? 0 : 1e5);
  }

  function follow(event) {
    const from = lessonOf(event);
    if (!from || event.ctrlKey || event.metaKey || event.altKey) return;
    from.classList.toggle("tree-quiet", event.key === "Escape");
    const way = WAYS[event.key];
    if (!way) return;
    const ahead = [...document.querySelectorAll("a.tree-lesson")]
      .map((to) => [distance(from, to, way), to])
      .sort(([one], [other]) => one - other)[0];
    if (ahead[0] < Infinity) ahead[1].focus();
    event.preventDefault();
  }

  function mark(event) {
    const number = lessonOf(event)?.dataset.number;
    for (const line of document.querySelectorAll(".tree-lines path")) {
      line.classList.toggle("tree-marked", line.dataset.ends.split(" ").includes(number));
    }
  }

  document.addEventListener("keydown", follow);
  document.addEventListener("focusin", mark);
  document.addEventListener("pointerover", mark);
})();
