// Listens for what is new and says so; where the stream is not there, the page works as it is.
const place = document.querySelector("[data-live]");

function show(news) {
  for (const badge of document.querySelectorAll('[data-live-count="open"]')) {
    badge.textContent = news.open > news.bound ? `${news.bound}+` : news.open || "";
  }
  const fresh = document.querySelector("[data-live-fresh]");
  if (!fresh) return;
  const text = fresh.querySelector("[data-many]");
  const count = news.fresh > news.bound ? `${news.bound}+` : news.fresh;
  text.textContent = news.fresh === 1 ? text.dataset.one : text.dataset.many.replace("{count}", count);
  fresh.hidden = !news.fresh;
}

let stream;

function listen() {
  const address = new URL(place.dataset.live);
  address.searchParams.set("since", place.dataset.since);
  stream = new EventSource(address, { withCredentials: true });
  stream.addEventListener("alerts", (event) => show(JSON.parse(event.data)));
}

if (place) {
  listen();
  // Leaving a page must not show as a broken connection in the next one; coming back listens again.
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) listen();
  });
}
