// What a reader does by hand: widen the tutor's pane, ask about a passage, copy an answer.
// live.js loads this when the page is first touched.

const find = (selector) => document.querySelector(selector);

const handle = find("#pane-resizer");
if (handle) {
  const setWidth = (width) => {
    handle.ariaValueNow = Math.round(Math.max(320, Math.min(width, 720)));
    document.documentElement.style.setProperty("--tutor-width", `${handle.ariaValueNow}px`);
    try {
      localStorage.tutorWidth = handle.ariaValueNow;
    } catch {
      // Storage may be switched off.
    }
  };
  handle.onpointerdown = ({ pointerId }) => handle.setPointerCapture(pointerId);
  handle.onpointermove = ({ clientX, pointerId }) => {
    if (handle.hasPointerCapture(pointerId)) setWidth(innerWidth - clientX);
  };
  handle.onkeydown = ({ key }) => {
    const step = { ArrowLeft: 32, ArrowRight: -32 }[key];
    if (step) setWidth(find("#lesson-interaction-area").offsetWidth + step);
  };
}

// The words of a passage as they were written, a formula as its source.
function words(fragment) {
  for (const formula of fragment.querySelectorAll("[data-tex]")) {
    formula.replaceWith(`$${formula.dataset.tex}$`);
  }
  return fragment.textContent.replace(/\s+/g, " ").trim();
}

const asks = find("#ask-passage");
let passage = "";

function offerToAsk() {
  const selection = getSelection();
  const range = selection.rangeCount && selection.getRangeAt(0);
  const inLesson = range && find("#lesson-content-area")?.contains(range.commonAncestorContainer);
  passage = inLesson ? words(range.cloneContents()).slice(0, 600) : "";
  asks.hidden = passage.length < 2;
  if (asks.hidden) return;
  const { left, bottom } = range.getBoundingClientRect();
  asks.style.left = `${Math.max(8, Math.min(left, innerWidth - asks.offsetWidth - 8)) + scrollX}px`;
  asks.style.top = `${bottom + scrollY + 8}px`;
}

function askAbout(wish) {
  const box = find("#chat-message");
  box.value = `> ${passage}\n\n${wish}`;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  getSelection().removeAllRanges();
  if (wish) box.form.requestSubmit();
  else box.focus();
}

if (asks) {
  let timer;
  // Not while the selection is still being drawn.
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(offerToAsk, 250);
  });
  asks.addEventListener("click", ({ target }) => target.dataset.ask !== undefined && askAbout(target.dataset.ask));
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-action=copy]");
  if (!button) return;
  await navigator.clipboard.writeText(words(button.closest("li").querySelector(".prose").cloneNode(true)));
  find("#announcer").textContent = button.dataset.done;
});
