// Lets this device be told. A browser shows its question only while a button is being pressed, so this runs in the press.
window.brewpiTellMe = async (key) => {
  const bytes = Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const same = (other) => other && bytes.length === other.byteLength && new Uint8Array(other).every((b, i) => b === bytes[i]);
  try {
    if (!navigator.serviceWorker || !window.PushManager) return emitEvent("brewpi_push", {why: "unable"});
    if (await Notification.requestPermission() !== "granted") return emitEvent("brewpi_push", {why: "denied"});
    await navigator.serviceWorker.register("/push-worker.js");
    const push = (await navigator.serviceWorker.ready).pushManager;
    const old = await push.getSubscription();
    if (old && !same(old.options.applicationServerKey)) await old.unsubscribe();
    const now = await push.subscribe({userVisibleOnly: true, applicationServerKey: bytes});
    emitEvent("brewpi_push", now.toJSON());
  } catch {
    emitEvent("brewpi_push", {why: "failed"});
  }
};
