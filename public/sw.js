// Interleave's service worker. Two jobs:
//
//  1. On hosts that cannot set headers it adds the three that let a page share memory with its
//     workers, so that real threads run there too.
//  2. It keeps the whole site for use offline, one cache for each version of the site.
//
// The page registers it and, if it is not isolated yet, reloads itself once, guarded by a mark in
// sessionStorage so that a browser which stays unisolated is never reloaded again. Nothing here
// ever reloads a page.
//
// `cargo xtask build` writes the site's version and its files in place of the two marks.

const VERSION = "INTERLEAVE_VERSION";
const FILES = ["INTERLEAVE_FILES"];
const PREFIX = "interleave-";
const CACHE = PREFIX + VERSION;

const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

const address = (file) => new URL(file, self.registration.scope).href;

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      // "no-cache" asks the host again, so that a new version never keeps an old file. All or
      // nothing: a half-kept site would fail offline in ways that nobody can explain.
      await cache.addAll(FILES.map((file) => new Request(address(file), { cache: "no-cache" })));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      const names = await caches.keys();
      const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
      await Promise.all(old.map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

const isolated = (response) => {
  // An opaque answer (status 0) can be neither read nor changed.
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  const { status, statusText } = response;
  const bodiless = status === 204 || status === 205 || status === 304;
  return new Response(bodiless ? null : response.body, { status, statusText, headers });
};

// The page itself: from the host while there is one, so that a new version is seen at once.
const page = async (request) => {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    const kind = response.headers.get("Content-Type") ?? "";
    if (response.ok && kind.includes("text/html")) {
      const text = await response.clone().text();
      // The host has another version than this worker: what is kept would not fit to it. The
      // browser is fetching the new worker meanwhile.
      if (!text.includes(VERSION)) await caches.delete(CACHE);
    }
    return response;
  } catch (error) {
    const kept = await cache.match(address("index.html"), { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
};

// Everything else: kept copies first; they are of this worker's version and never change.
const part = async (request) => {
  if (await caches.has(CACHE)) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(request.url);
    if (kept) return kept;
  }
  return fetch(request);
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(self.registration.scope)) return;
  // Asked by the browser's own tools only; fetching it here would be an error.
  if (request.cache === "only-if-cached" && request.mode !== "same-origin") return;
  const answer = request.mode === "navigate" ? page(request) : part(request);
  event.respondWith(answer.then(isolated));
});
