// Whether this device still reaches the board. What cannot be sent is said, and never sent later by itself.
(() => {
  const EVERY_MS = 700, LIMIT_MS = 1200, RECEIPT_MS = 2000, words = window.brewpiWords;
  let lost = false, receipt = null;

  const show = (now) => {
    if (now === lost) return;
    lost = now;
    let bar = document.getElementById("b-lost");
    if (!bar) {
      bar = document.createElement("div");
      bar.id = "b-lost";
      bar.setAttribute("role", "alert");
      document.body.append(bar);
    }
    bar.textContent = lost ? words.lost : "";
    bar.hidden = !lost;
  };

  const probe = async () => {
    const abort = new AbortController(), late = setTimeout(() => abort.abort(), LIMIT_MS);
    try {
      await fetch("/alive", {cache: "no-store", signal: abort.signal});
      show(false);
    } catch {
      show(true);
    }
    clearTimeout(late);
    const page = document.documentElement;
    if (page.lang !== words.language) page.lang = words.language;  // Quasar says its own; the same again styles all anew
    setTimeout(probe, EVERY_MS);
  };

  // A page that slept may load itself anew at once: what nobody received, or nobody has read, is said by the new one.
  const owe = (sentence) => {
    try {
      sentence ? sessionStorage.setItem("brewpi-unsent", sentence) : sessionStorage.removeItem("brewpi-unsent");
    } catch { /* a browser that keeps nothing */ }
  };
  const owed = () => {
    try { return sessionStorage.getItem("brewpi-unsent"); } catch { return null; }
  };

  const unsent = (sentence) => {
    owe(sentence);
    const dialog = document.createElement("dialog");
    dialog.className = "b-unsent";
    const text = document.createElement("p"), close = document.createElement("button");
    text.textContent = sentence;
    close.textContent = words.close;
    close.onclick = () => { owe(null); dialog.remove(); };
    dialog.append(text, close);
    document.body.append(dialog);
    dialog.showModal();
  };

  window.brewpiReceived = () => { owe(null); clearTimeout(receipt); };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    if (!button || button.closest(".b-unsent")) return;
    const stops = button.matches(".b-stop-any, .b-sends") || /^STOP\b/.test(button.textContent.trim());
    const orders = button.matches(".b-orders:not(.b-sends)");
    if (orders) owe(words.doubtful.replace("{order}", () => button.textContent.trim()));
    if (lost && button.closest(".q-dialog, .b-do, .b-above")) {
      event.stopImmediatePropagation();
      event.preventDefault();
      if (stops) unsent(words.unsent);
    } else if (button.matches(".b-sends")) {
      owe(words.unsent);
      clearTimeout(receipt);
      receipt = setTimeout(() => unsent(words.unsent), RECEIPT_MS);
    } else if (!orders && button.closest(".q-dialog") && owed() !== words.unsent) {
      owe(null);  // whoever presses something else has seen that the window is still open
    }
  }, true);

  // socket.io keeps what is sent while it is cut off, and would send it when nobody means it any more.
  const forget = () => {
    const socket = window.socket;
    if (!socket) return setTimeout(forget, 300);
    socket.on("disconnect", () => { show(true); });
    socket.io?.on("reconnect_attempt", () => { socket.sendBuffer = []; });
  };
  window.addEventListener("offline", () => show(true));
  window.addEventListener("load", forget);
  if (owed()) unsent(owed());
  probe();
})();
