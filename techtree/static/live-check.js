// What the network does to live updates: TechTree sends frames at known times, this sees them come.

const check = document.getElementById("check");
const measured = document.getElementById("check-measured");
const LATE = 1.5; // Seconds. The step of 2 KB is a second long, and each stream begins with as much.
const TOGETHER = 0.3; // Seconds between frames that something let go of at the same time.
const PATIENCE = 40_000;

const [steps, silence] = await Promise.all(["steps", "silence"].map(listen));
show(judge(steps, silence));
measured.textContent = [describe("steps", steps), describe("silence", silence)].join("\n\n");

async function listen(part) {
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  const heard = { frames: [] };
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(`/live-check/events?part=${part}`, { cache: "no-store", signal });
    heard.status = answer.status;
    heard.encoding = answer.headers.get("content-encoding");
    heard.isOurs = answer.ok && /^text\/event-stream/.test(answer.headers.get("content-type"));
    if (heard.isOurs) await read(answer.body, (frame) => heard.frames.push({ ...frame, after: elapsed() }));
  } catch (problem) {
    heard.problem = problem.message;
  }
  heard.seconds = elapsed();
  heard.isWhole = heard.frames.at(-1)?.last;
  return heard;
}

async function read(body, take) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const events = (text + piece.value).split("\n\n");
    text = events.pop();
    for (const event of events) take(JSON.parse(event.slice(event.indexOf("data: ") + 6)));
  }
}

// The verdicts that apply, each with the numbers in its words.
function judge(steps, silence) {
  if (!steps.status) return { unreachable: {} };
  if (!steps.isOurs) return steps.status === 200 ? { page: {} } : { refused: { status: steps.status } };
  if (!steps.isWhole) return { breaks: { seconds: Math.ceil(steps.seconds) } };
  const verdicts = delivery(steps.frames);
  const last = silence.frames.at(-1);
  if (silence.isOurs && !silence.isWhole) verdicts.cuts = { quiet: Math.round(silence.seconds - (last?.after ?? 0)) };
  if (steps.encoding) verdicts.compresses = {};
  const { nextHopProtocol } = performance.getEntriesByType("navigation")[0] ?? {};
  if (/^http.1/.test(nextHopProtocol)) verdicts.turns = {};
  return verdicts;
}

function delivery(frames) {
  const lag = (frame) => frame.after - frame.at;
  const latest = frames.reduce((a, b) => (lag(b) > lag(a) ? b : a));
  if (lag(latest) - Math.min(...frames.map(lag)) < LATE) return { streams: {} };
  const together = frames.filter((frame) => Math.abs(frame.after - latest.after) < TOGETHER);
  if (together.length === frames.length) return { whole: {} };
  const before = frames[frames.indexOf(together[0]) - 1];
  return { collects: { kilobytes: together.at(-1).kilobytes - (before?.kilobytes ?? 0) } };
}

function show(verdicts) {
  for (const section of check.querySelectorAll("[data-verdict]")) {
    const numbers = verdicts[section.dataset.verdict];
    section.hidden = !numbers;
    for (const place of section.querySelectorAll("[data-number]")) {
      place.textContent = numbers?.[place.dataset.number] ?? "";
    }
  }
}

function describe(part, { status, encoding, frames, problem, seconds }) {
  return [
    `${part}: status ${status ?? "none"}, encoding ${encoding ?? "none"}, over after ${seconds.toFixed(2)} s`,
    ...frames.map((f) => `  ${f.kilobytes} KB sent at ${f.at.toFixed(2)} s, here at ${f.after.toFixed(2)} s`),
    ...(problem ? [`  ${problem}`] : []),
  ].join("\n");
}
