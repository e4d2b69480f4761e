// The page's own behaviour; each function is one. They look elements up when something happens,
// because htmx replaces them at any time.
(() => {
  "use strict";

  const addresses = document.currentScript.dataset;
  const root = document.documentElement;
  const find = (selector) => document.querySelector(selector);
  const SILENCE = 40_000; // The server gives a sign of life every 15 s at the latest.

  // Maths: typeset in what htmx is about to show, so that nothing moves afterwards.

  let loading = null;

  function loadKatex() {
    const loaded = (element) => new Promise((done, failed) => {
      Object.assign(element, { onload: done, onerror: failed });
      document.head.append(element);
    });
    loading ??= Promise.all([
      loaded(Object.assign(document.createElement("link"), { rel: "stylesheet", href: addresses.katexCss })),
      loaded(Object.assign(document.createElement("script"), { src: addresses.katex })),
    ]).catch((problem) => {
      loading = null;
      throw problem;
    });
    return loading;
  }

  function typeset(within) {
    const formulas = within.querySelectorAll(".math[data-tex]:not([data-typeset])");
    if (window.katex) formulas.forEach(typesetOne);
    else if (formulas.length) loadKatex().then(() => typeset(document), () => {});
  }

  function typesetOne(formula) {
    formula.dataset.typeset = "";
    const result = document.createElement("span");
    try {
      window.katex.render(formula.dataset.tex, result, {
        displayMode: formula.classList.contains("math-display"),
        output: "htmlAndMathml",
        strict: false,
        maxSize: 20,
        maxExpand: 300,
      });
      formula.replaceChildren(...result.childNodes);
    } catch (problem) {
      // The source stays in its place, marked, for a person can often still read it.
      formula.classList.add("math-error");
      formula.title = problem.message;
    }
  }

  // The live stream: hx-sse reconnects by itself, except in the cases guarded here.

  function watchStream(live) {
    let greeted = false;
    let failures = 0;
    let cursor = "";
    let heardAt = Date.now();
    let retry = 0;
    const connection = () => live._htmx?.sse;

    function connect() {
      clearTimeout(retry);
      if (connection() || !live.isConnected || document.hidden) return;
      const headers = cursor ? { "Last-Event-ID": cursor } : {};
      window.htmx.ajax("GET", live.getAttribute("hx-sse:connect"), { source: live, headers });
    }
    // The extension never tries again when the first connection fails.
    function connectLater() {
      if (connection()) return;
      setConnected(false);
      clearTimeout(retry);
      retry = setTimeout(connect, Math.min(30_000, 1000 * 2 ** failures++) * (0.75 + Math.random() / 2));
    }
    function beforeConnection(event) {
      setConnected(false);
      // What ended without a greeting was no stream but, say, a proxy's page; the extension would
      // ask for it twice a second for ever.
      if (event.detail.connection.attempt === 1 && !greeted) event.preventDefault();
      greeted = false;
    }
    function endIfSilent() {
      if (document.hidden || Date.now() - heardAt < SILENCE) return;
      heardAt = Date.now();
      connection()?.reader?.cancel();
    }
    function hurry() {
      heardAt = Date.now();
      connection()?.delayCanceller?.();
      if (!document.hidden) connect();
    }

    live.addEventListener("hello", () => {
      greeted = true;
      failures = 0;
      setConnected(true);
    });
    live.addEventListener("auth", () => location.reload());
    live.addEventListener("htmx:sse:before:connection", beforeConnection);
    live.addEventListener("htmx:sse:close", connectLater);
    live.addEventListener("htmx:finally:request", () => setTimeout(connectLater));
    live.addEventListener("htmx:sse:after:message", (event) => {
      heardAt = Date.now();
      cursor = event.detail.connection.lastEventId || cursor;
    });
    document.addEventListener("visibilitychange", hurry);
    addEventListener("online", hurry);
    setInterval(endIfSilent, 5000);
    setConnected(false);
  }

  // What the reader is told: nothing while all is well.

  let lostAt = 0;
  let problem = "";

  function setConnected(connected) {
    if (connected) lostAt = 0;
    else lostAt ||= Date.now();
    setTimeout(showStatus, connected ? 0 : 3100);
  }

  function showStatus() {
    const lost = lostAt && Date.now() - lostAt > 3000;
    const text = navigator.onLine ? problem || (lost ? "reconnecting…" : "") : "offline: your text is kept";
    if (find("#live-status").textContent !== text) find("#live-status").textContent = text;
  }

  function tellProblem(text) {
    problem = text;
    showStatus();
    setTimeout(() => {
      problem = "";
      showStatus();
    }, 8000);
  }

  function tellFailedRequest(event) {
    const { sourceElement, response } = event.detail.ctx ?? {};
    if (!sourceElement || sourceElement.id === "live" || response?.status === 422) return;
    tellProblem(response ? "That did not work. Nothing was lost: try again." : "No answer. Your text is kept.");
  }

  const states = new Map();

  function announceFinished() {
    for (const { id, dataset } of document.querySelectorAll("[id][data-status]")) {
      const before = states.get(id);
      states.set(id, dataset.status);
      if (before !== "pending" && before !== "writing") continue;
      const what = dataset.role ? "The answer" : id === "lesson-content-area" ? "The lesson" : "The syllabus";
      const end = { complete: "is complete", failed: "could not be finished" }[dataset.status];
      if (end) find("#announcer").textContent = `${what} ${end}.`;
    }
  }

  function markCurrentLesson() {
    for (const link of document.querySelectorAll("#lesson-outline a")) {
      if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
    }
  }

  // Growing text: follow it only when the reader was at its end.

  function followLesson(article) {
    const chip = find("#new-below");
    let following = false;
    let height = 0;
    const below = () => {
      const sheet = find("#lesson-interaction-area").getBoundingClientRect();
      const bottom = sheet.left > 0 ? innerHeight : sheet.top;
      return find("#lesson-content-area").getBoundingClientRect().bottom - bottom + 16;
    };
    addEventListener("scroll", () => {
      following = scrollY > 0 && below() < 48;
      chip.hidden ||= below() < 48;
    }, { passive: true });
    new ResizeObserver(() => {
      const grew = height && article.offsetHeight > height;
      height = article.offsetHeight;
      if (find("#lesson-content-area").ariaBusy !== "true") chip.hidden = true;
      else if (grew && following) scrollBy(0, Math.max(0, below()));
      else if (grew) chip.hidden = below() < 48;
    }).observe(article);
    chip.addEventListener("click", () => scrollBy(0, below()));
  }

  function followTalk(scroller) {
    let following = true;
    scroller.addEventListener("scroll", () => {
      following = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 48;
    }, { passive: true });
    const toEnd = () => following && scroller.scrollTo(0, scroller.scrollHeight);
    new ResizeObserver(toEnd).observe(scroller.firstElementChild);
    document.addEventListener("submit", (event) => {
      following ||= event.target.id === "chat-form";
    });
  }

  // The composer: a question is kept until the server has it.

  const draft = `draft:${location.pathname}`;

  function keepDraft(event) {
    if (event.target.id === "chat-message") remember(sessionStorage, draft, event.target.value);
  }

  function restoreDraft() {
    const box = find("#chat-message");
    if (box && !box.value) box.value = recall(sessionStorage, draft) ?? "";
  }

  function lockComposer(event) {
    if (event.target.id !== "chat-form") return;
    find("#chat-message").readOnly = true;
    if (matchMedia("(width < 60rem)").matches) showTutor("sheet");
  }

  function unlockComposer(event) {
    const { sourceElement, response } = event.detail.ctx;
    if (sourceElement.id !== "chat-form") return;
    find("#chat-message").readOnly = false;
    if (response?.raw.ok) remember(sessionStorage, draft, "");
    else restoreDraft();
  }

  // Keys and buttons

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const { key, target } = event;
    if (key === "Escape" && root.dataset.tutor) return showTutor("");
    if (target.id === "chat-message" && key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (target.value.trim() && !target.readOnly) target.form.requestSubmit();
    }
    if (target.closest?.("input, textarea, select, dialog")) return;
    const act = {
      "/": () => find("#chat-message")?.focus(),
      j: () => find("a[rel=prev]")?.click(),
      k: () => find("a[rel=next]")?.click(),
      "?": () => find("#shortcuts").showModal(),
    }[key];
    if (act) event.preventDefault();
    act?.();
  }

  function onClick(event) {
    const action = event.target.closest("[data-action]")?.dataset.action;
    if (action === "theme") switchTheme();
    if (action === "sheet" || action === "full") showTutor(root.dataset.tutor === action ? "" : action);
  }

  function switchTheme() {
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    root.dataset.theme = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
    remember(localStorage, "theme", root.dataset.theme);
  }

  function showTutor(how) {
    if (how) root.dataset.tutor = how;
    else delete root.dataset.tutor;
    find("[data-action=sheet]")?.setAttribute("aria-expanded", how === "sheet");
    find("[data-action=full]")?.setAttribute("aria-pressed", how === "full");
  }

  function resizePane(handle) {
    const pane = find("#lesson-interaction-area");
    const setWidth = (width) => {
      const pixels = Math.round(Math.max(320, Math.min(width, 720)));
      root.style.setProperty("--tutor-width", `${pixels}px`);
      handle.ariaValueNow = pixels;
      remember(localStorage, "tutor-width", pixels);
    };
    handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
    handle.addEventListener("pointermove", (event) => {
      if (handle.hasPointerCapture(event.pointerId)) setWidth(innerWidth - event.clientX);
    });
    handle.addEventListener("keydown", ({ key }) => {
      const step = { ArrowLeft: 32, ArrowRight: -32 }[key];
      if (step) setWidth(pane.offsetWidth + step);
    });
  }

  // Storage may be switched off or full; then nothing is remembered.

  function remember(storage, key, value) {
    try {
      storage.setItem(key, value);
    } catch {}
  }

  function recall(storage, key) {
    try {
      return storage.getItem(key);
    } catch {}
  }

  function afterSwap() {
    typeset(document);
    markCurrentLesson();
    announceFinished();
  }

  const on = (events, act) => events.split(" ").forEach((event) => document.addEventListener(event, act));
  on("htmx:before:swap", ({ detail }) => detail.tasks.forEach((task) => typeset(task.fragment)));
  on("htmx:after:swap", afterSwap);
  on("htmx:finally:request", unlockComposer);
  on("htmx:response:error htmx:error", tellFailedRequest);
  on("submit", lockComposer);
  on("input", keepDraft);
  on("keydown", onKey);
  on("click", onClick);
  addEventListener("offline", showStatus);
  addEventListener("online", showStatus);

  const ifThere = (selector, begin) => find(selector) && begin(find(selector));
  afterSwap();
  restoreDraft();
  ifThere("#live", watchStream);
  ifThere(".lesson", followLesson);
  ifThere("#tutor-scroll", followTalk);
  ifThere("#pane-resizer", resizePane);
})();
