// Shows what the board tells this device, and opens the tank when it is touched. It answers no requests: pages always
// come from the board itself.
self.addEventListener("push", (event) => {
  const said = event.data.json();
  event.waitUntil(self.registration.showNotification(said.title, {
    body: said.body, tag: said.tag, renotify: true, requireInteraction: said.stays,
    icon: "/icon-192.png", badge: "/icon-192.png", data: said.open,
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil((async () => {
    const pages = await self.clients.matchAll({type: "window"});
    const open = pages.find((page) => new URL(page.url).pathname === event.notification.data);
    return open ? open.focus() : self.clients.openWindow(event.notification.data);
  })());
});
