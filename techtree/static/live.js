// The page's own behaviour. Elements are looked up when needed: htmx replaces them at any time.
(() => {
  const addresses = document.currentScript.dataset;
  const root = document.documentElement;
  const find = (selector) => document.querySelector(selector);
  const on = (event, act, target = document) => target.addEventListener(event, act);
  const local = storage(() => localStorage);
  const tab = storage(() => sessionStorage);
  const SILENCE = 40_000; // An answer to a poll comes within 25 s.

  // Storage may be switched off.
  function storage(open) {
    try {
      return open();
    } catch {
      return {};
    }
  }

  // Maths is typeset in what htmx is about to show, so that nothing moves.

  let loading;

  function typeset(within) {
    const formulas = within.querySelectorAll(".math[data-tex]:not([data-typeset])");
    if (window.katex) formulas.forEach(typesetOne);
    else if (formulas.length) loadKatex();
  }

  function loadKatex() {
    if (loading) return;
    const onload = () => typeset(document);
    const onerror = () => loading = null;
    loading = Object.assign(document.createElement("script"), { src: addresses.katex, onload, onerror });
    document.head.append(loading);
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
      // The source stays in its place, marked.
      formula.classList.add("math-error");
      formula.title = problem.message;
    }
  }

  // The live stream. hx-sse reads and swaps; when and how to connect is decided here.

  function watchStream(live) {
    let cursor, greeted, connected, heardAt, slot, end, timer;
    let delay = 500;
    let failures = 0;
    let tickedAt = Date.now();
    const connection = () => live._htmx?.sse;

    async function connect() {
      clearTimeout(timer);
      if (end || document.hidden) return;
      end = () => {};
      await inTurn(listen);
      end = null;
      if (connected) failures = 0;
      else setConnected(false);
      const wait = failures ? Math.min(failures > 9 ? 5000 : 1000, 250 * 2 ** failures) : delay;
      failures++;
      timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
    }
    async function listen(lock) {
      if (document.hidden) return;
      const over = new Promise((done) => end = done);
      const mode = polls() ? "&mode=poll" : "";
      const patience = setTimeout(() => mode || connected || usePolls(), 2500);
      slot = lock?.name;
      connected = 0;
      heardAt = Date.now();
      if (!mode) setConnected(false);
      window.htmx.ajax("GET", live.getAttribute("hx-sse:connect") + mode, {
        source: live,
        headers: cursor ? { "Last-Event-ID": cursor } : {},
        timeout: SILENCE,
      });
      await over;
      clearTimeout(patience);
    }
    // A proxy that holds streams back lets short answers through.
    function usePolls() {
      tab.polls = Date.now();
      failures = 0;
      close();
    }
    function close() {
      window.htmx.trigger(live, "htmx:abort");
      connection()?.abortController.abort();
      end?.();
    }
    async function tick() {
      const now = Date.now();
      const slept = now - tickedAt > 5000;
      tickedAt = now;
      if (slept || now - heardAt > SILENCE) close();
      else if (connected && !polls() && now - heardAt > 15_000) usePolls();
      else if (slot && connected && now - connected > 2000) {
        const { pending } = await navigator.locks.query();
        if (pending.some(({ name }) => name === slot)) close();
      }
    }

    on("hello", () => {
      greeted = connected = Date.now();
      setConnected(true);
      sendAgain();
    }, live);
    on("auth", () => location.reload(), live);
    on("htmx:sse:close", () => end?.(), live);
    on("htmx:finally:request", ({ detail }) => {
      if (greeted && detail.ctx.response?.status === 404) location.reload();
      setTimeout(() => connection() || end?.());
    }, live);
    on("htmx:sse:after:message", ({ detail: { connection } }) => {
      heardAt = Date.now();
      cursor = connection.lastEventId || cursor;
      delay = connection.config.reconnectDelay;
    }, live);
    on("visibilitychange", () => document.hidden ? close() : connect());
    on("online", connect, window);
    on("DOMContentLoaded", connect);
    setInterval(tick, 1000);
  }

  // Over HTTP/1.1 all windows share six connections: four may be streams, in turns.
  async function inTurn(listen) {
    const { locks } = navigator;
    if (!locks || !/^http.1/.test(performance.getEntriesByType("navigation")[0]?.nextHopProtocol)) return listen();
    let begun = false;
    const begin = (lock) => lock && (begun = true) && listen(lock);
    for (let slot = 0; slot < 4 && !begun; slot++) {
      await locks.request(`stream ${slot}`, { ifAvailable: true }, begin);
    }
    if (!begun) await locks.request(`stream ${Math.floor(Math.random() * 4)}`, begin);
  }

  const polls = () => Date.now() - tab.polls < 600_000;

  // What the reader is told: nothing while all is well.

  let lostAt = 0;
  let problem = "";
  let toldAt = 0;

  function setConnected(connected) {
    lostAt = connected ? 0 : lostAt || Date.now();
  }

  function showStatus() {
    const now = Date.now();
    const status = find("#live-status");
    let state = polls() ? "slow" : "";
    if (lostAt && now - lostAt > 3000) state = "lost";
    if (now - toldAt < 8000) state = problem;
    if (!navigator.onLine) state = "offline";
    const text = status.dataset[state] ?? "";
    if (status.textContent !== text) status.textContent = text;
  }

  function tellFailedRequest({ detail: { ctx } }) {
    const { sourceElement, response } = ctx ?? {};
    if (!sourceElement || sourceElement.id === "live" || response?.status === 422) return;
    problem = response?.status === 429 ? "limit" : response ? "failed" : "silent";
    toldAt = Date.now();
  }

  const states = new Map();

  function announceFinished() {
    for (const { id, dataset } of document.querySelectorAll("[id][data-status]")) {
      const before = states.get(id);
      states.set(id, dataset.status);
      const words = dataset[dataset.status];
      if (words && /pending|writing/.test(before)) find("#announcer").textContent = words;
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
      return find("#lesson-content-area > .prose").getBoundingClientRect().bottom - bottom + 16;
    };
    on("scroll", () => {
      following = scrollY > 0 && below() < 48;
      chip.hidden ||= below() < 48;
    });
    new ResizeObserver(() => {
      const grew = height && article.offsetHeight > height;
      height = article.offsetHeight;
      if (find("#lesson-content-area").ariaBusy !== "true") chip.hidden = true;
      else if (grew && following) scrollBy(0, Math.max(0, below()));
      else if (grew) chip.hidden = below() < 48;
    }).observe(article);
    chip.onclick = () => scrollBy(0, below());
  }

  // The composer: a question is kept until the server has it.

  const draft = `draft:${location.pathname}`;
  let unsent = "";

  function keepDraft({ target }) {
    if (target.id === "chat-message") tab[draft] = target.value;
  }

  function restoreDraft() {
    const box = find("#chat-message");
    if (box && !box.value) box.value = tab[draft] ?? "";
  }

  function lockComposer({ target }) {
    if (target.id !== "chat-form") return;
    find("#chat-message").readOnly = true;
    find("#tutor-scroll").scrollTo(0, 0);
    if (innerWidth < 960) showTutor("sheet");
  }

  function unlockComposer({ detail: { ctx: { sourceElement, response } } }) {
    if (sourceElement.id !== "chat-form") return;
    find("#chat-message").readOnly = false;
    if (response?.raw.ok) tab[draft] = "";
    else restoreDraft();
    unsent = response ? "" : find("#chat-message").value;
  }

  // The form's key keeps it from being asked twice.
  function sendAgain() {
    if (unsent && unsent === find("#chat-message").value) find("#chat-form").requestSubmit();
    unsent = "";
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
      j: () => find("a[rel=next]")?.click(),
      k: () => find("a[rel=prev]")?.click(),
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
    local.theme = root.dataset.theme = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
  }

  function showTutor(how) {
    if (how) root.dataset.tutor = how;
    else delete root.dataset.tutor;
    find("[data-action=sheet]")?.setAttribute("aria-expanded", how === "sheet");
    find("[data-action=full]")?.setAttribute("aria-pressed", how === "full");
  }

  // What is done by hand is loaded when a hand is there; after a failure, when it moves again.
  function loadOnce(touch) {
    addEventListener(touch, () => import(addresses.byHand).catch(() => loadOnce(touch)), { once: true });
  }

  function afterSwap() {
    typeset(document);
    markCurrentLesson();
    announceFinished();
  }

  on("htmx:before:swap", ({ detail }) => detail.tasks.forEach((task) => typeset(task.fragment)));
  on("htmx:after:swap", afterSwap);
  on("htmx:finally:request", unlockComposer);
  on("htmx:response:error", tellFailedRequest);
  on("htmx:error", tellFailedRequest);
  on("submit", lockComposer);
  on("input", keepDraft);
  on("keydown", onKey);
  on("click", onClick);
  setInterval(showStatus, 250);

  const ifThere = (selector, begin) => find(selector) && begin(find(selector));
  afterSwap();
  restoreDraft();
  ifThere("#live", watchStream);
  ifThere(".lesson", followLesson);
  ["pointerover", "focusin"].forEach(loadOnce);
})();
