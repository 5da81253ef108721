"use strict";
(function () {
  const status = document.getElementById("status");
  window.onerror = function (message) { status.textContent = "error: " + message; };

  const data = JSON.parse(document.getElementById("data").textContent);
  const TIER = { high: "#b3261e", medium: "#c77700", low: "#2c6fbb", info: "#7b8794" };
  const RADIUS = { high: 8, medium: 7, low: 6, info: 5 };
  const list = document.getElementById("events");
  const rows = list ? Array.from(list.children) : [];
  const card = document.getElementById("card");

  // Google's encoded polyline format, five decimals.
  function decode(text) {
    const line = [];
    let at = 0, lat = 0, lon = 0;
    function step() {
      let value = 0, shift = 0, part;
      do { part = text.charCodeAt(at++) - 63; value += (part & 31) * 2 ** shift; shift += 5; } while (part >= 32);
      return value % 2 ? -(value + 1) / 2 : value / 2;
    }
    while (at < text.length) { lat += step(); lon += step(); line.push([lat / 1e5, lon / 1e5]); }
    return line;
  }

  const map = L.map("map", { preferCanvas: true, zoomSnap: 0.5, attributionControl: false, minZoom: 2, maxZoom: 18 });
  const canvas = L.canvas({ padding: 0.4, tolerance: 4 });
  L.control.scale({ imperial: false, maxWidth: 140 }).addTo(map);

  function home() {
    const box = data.box;
    if (box) { map.fitBounds([[box[1], box[0]], [box[3], box[2]]]); } else { map.setView([0, 0], 2); }
  }

  // A canvas layer needs a view before it is added.
  home();

  // Tracks are shown with some coast around them; names only where they do not cover each other.
  const TRACKS_TO_ZOOM = 10.5, LABELS_FROM_ZOOM = 8.5;
  function labels() { map.getContainer().classList.toggle("far", map.getZoom() < LABELS_FROM_ZOOM); }
  map.on("zoomend", labels);
  labels();

  // A name that is written from right to left does not reorder the text around it.
  function isolated(name) { const part = document.createElement("bdi"); part.textContent = name; return part; }

  function layer(make) { const group = L.layerGroup(); make(group); return group.addTo(map); }

  layer(function (group) {
    data.land.forEach(function (rings) {
      L.polygon(rings.map(decode), { renderer: canvas, interactive: false, color: "#b9b09a", weight: 1, fillColor: "#f1ecdf", fillOpacity: 1 }).addTo(group);
    });
  });
  layer(function (group) {
    data.places.forEach(function (p) {
      const port = p.kind === "port";
      p.rings.forEach(function (ring) {
        L.polygon(decode(ring), { renderer: canvas, interactive: false, color: port ? "#8a8371" : "#4d7d9c", weight: 1, dashArray: port ? null : "5 4", fillOpacity: 0.06 }).addTo(group);
      });
      const text = document.createElement("span");
      text.textContent = p.name + (p.use ? ", " + p.use : "");
      L.tooltip({ permanent: true, direction: "center", className: "place " + p.kind, interactive: false }).setLatLng(p.at).setContent(text).addTo(group);
    });
  });
  const tracks = L.layerGroup().addTo(map);
  const pins = data.events.map(function (e, index) {
    const text = document.createElement("span");
    text.append(e.rank + ". ", isolated(e.names[0]));
    if (e.names.length > 1) { text.append(" and ", isolated(e.names[1])); }
    // A region has no inside to click on, so it covers no pin.
    const mark = e.radius_m
      ? L.circle(e.at, { renderer: canvas, radius: e.radius_m, color: TIER[e.tier], weight: 2, dashArray: "6 5", fill: false })
      : L.circleMarker(e.at, { renderer: canvas, radius: RADIUS[e.tier], color: "#ffffff", weight: 1.5, fillColor: TIER[e.tier], fillOpacity: 0.95 });
    return mark
      .bindTooltip(text).on("click", function () { select(index); }).addTo(map);
  });

  let around = null;
  function showTracks() { if (around) { map.fitBounds(around, { padding: [30, 30], maxZoom: TRACKS_TO_ZOOM, animate: false }); } }
  function extent(e) { return e.radius_m ? L.latLng(e.at).toBounds(2 * e.radius_m) : L.latLngBounds([e.at]); }
  function showContact() {
    if (chosen < 0) { return; }
    const e = data.events[chosen];
    if (e.radius_m) { map.fitBounds(extent(e), { animate: false }); } else { map.setView(e.at, 15, { animate: false }); }
  }

  function draw(index) {
    tracks.clearLayers();
    const e = data.events[index];
    const bounds = extent(e);
    e.tracks.forEach(function (ship, k) {
      ship.received.forEach(function (line) {
        const drawn = L.polyline(decode(line), { renderer: canvas, interactive: false, color: data.colours[k], weight: 2, opacity: 0.85 }).addTo(tracks);
        bounds.extend(drawn.getBounds());
      });
      ship.gaps.forEach(function (line) {
        L.polyline(decode(line), { renderer: canvas, interactive: false, color: data.colours[k], weight: 1.5, opacity: 0.8, dashArray: "2 6" }).addTo(tracks);
      });
    });
    if (e.radius_m) {
      L.circle(e.at, { renderer: canvas, interactive: false, radius: e.radius_m, stroke: false, fillColor: TIER[e.tier], fillOpacity: 0.12 }).addTo(tracks);
    } else {
      L.circleMarker(e.at, { renderer: canvas, interactive: false, radius: 13, color: TIER[e.tier], weight: 2, fill: false }).addTo(tracks);
    }
    pins[index].bringToFront();
    around = bounds;
    showTracks();
  }

  // scrollIntoView would also scroll the notebook that this page is a frame of.
  function reveal(row) {
    const top = row.offsetTop - list.offsetTop, over = top + row.offsetHeight - list.scrollTop - list.clientHeight;
    if (top < list.scrollTop) { list.scrollTop = top; } else if (over > 0) { list.scrollTop += over; }
  }
  const stacked = window.matchMedia("(max-width: 740px)");
  function choose(index) {
    select(index);
    if (stacked.matches) { window.scrollBy(0, map.getContainer().getBoundingClientRect().top); }
  }

  let chosen = -1;
  function select(index) {
    const template = document.getElementById("event-" + index);
    if (!template || index === chosen) { return; }
    chosen = index;
    card.replaceChildren(template.content.cloneNode(true));
    document.querySelector(".view").scrollTop = 0;
    rows.forEach(function (row) {
      const link = row.firstElementChild;
      if (+row.dataset.index === index) { link.setAttribute("aria-current", "true"); reveal(row); } else { link.removeAttribute("aria-current"); }
    });
    draw(index);
    try { history.replaceState(null, "", "#event-" + index); } catch (ignored) { /* a page in the iframe of a notebook has no address */ }
  }

  // The page of a vessel in place of a card; the map shows its events and port visits.
  function selectVessel(index) {
    const template = document.getElementById("vessel-" + index);
    if (!template) { return; }
    chosen = -1;
    card.replaceChildren(template.content.cloneNode(true));
    document.querySelector(".view").scrollTop = 0;
    rows.forEach(function (row) { row.firstElementChild.removeAttribute("aria-current"); });
    tracks.clearLayers();
    const vessel = data.vessels[index], bounds = L.latLngBounds([]);
    vessel.events.forEach(function (k) {
      const e = data.events[k];
      L.circleMarker(e.at, { renderer: canvas, interactive: false, radius: 13, color: TIER[e.tier], weight: 2, fill: false }).addTo(tracks);
      bounds.extend(extent(e));
    });
    vessel.visits.forEach(function (v) {
      const text = document.createElement("span");
      text.append(isolated(v.name));
      L.circleMarker(v.at, { renderer: canvas, radius: 5, color: "#1d2733", weight: 2, fillColor: "#ffffff", fillOpacity: 1 }).bindTooltip(text).addTo(tracks);
      bounds.extend(v.at);
    });
    if (bounds.isValid()) { around = bounds; showTracks(); }
    try { history.replaceState(null, "", "#vessel-" + index); } catch (ignored) { /* as for a card */ }
  }
  // Links between cards and vessels: in the iframe of a notebook, an address would lead out of the page.
  document.addEventListener("click", function (click) {
    const link = click.target.closest("a[href^='#event-'], a[href^='#vessel-']");
    if (!link || (list && list.contains(link))) { return; }
    click.preventDefault();
    const parts = link.getAttribute("href").slice(1).split("-");
    if (parts[0] === "event") { select(+parts[1]); } else { selectVessel(+parts[1]); }
    const top = map.getContainer().getBoundingClientRect().top;
    if (stacked.matches || top < 0 || top > window.innerHeight / 2) { window.scrollBy(0, top); }
  });

  function shown() { return rows.filter(function (row) { return !row.hidden; }).sort(function (a, b) { return a.compareDocumentPosition(b) & 4 ? -1 : 1; }); }

  function refresh() {
    const tiers = new Set(Array.from(document.querySelectorAll("[name=tier]:checked"), function (box) { return box.value; }));
    const category = document.getElementById("category").value;
    const words = document.getElementById("find").value.toLowerCase().split(/\s+/).filter(Boolean);
    const key = document.getElementById("sort").value;
    const sign = key === "rank" || key === "start" ? 1 : -1;
    rows.forEach(function (row) {
      const text = row.textContent.toLowerCase();
      row.hidden = !(tiers.has(row.dataset.tier) && (!category || row.dataset.category === category) && words.every(function (w) { return text.includes(w); }));
      const pin = pins[row.dataset.index];
      if (row.hidden) { pin.remove(); } else { pin.addTo(map); }
    });
    rows.slice().sort(function (a, b) { return sign * (a.dataset[key] - b.dataset[key]) || a.dataset.rank - b.dataset.rank; }).forEach(function (row) { list.append(row); });
    const n = shown().length;
    document.getElementById("count").textContent = n === rows.length ? n + (n === 1 ? " event" : " events") : n + " of " + rows.length + " events";
  }

  document.getElementById("contact").addEventListener("click", showContact);
  document.getElementById("tracks").addEventListener("click", showTracks);
  document.getElementById("whole").addEventListener("click", home);
  if (list) {
    list.addEventListener("click", function (click) {
      const row = click.target.closest("li");
      if (row) { click.preventDefault(); choose(+row.dataset.index); row.firstElementChild.focus({ preventScroll: true }); }
    });
    list.addEventListener("keydown", function (press) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[press.key];
      if (!step) { return; }
      const visible = shown();
      const next = visible[visible.findIndex(function (row) { return +row.dataset.index === chosen; }) + step];
      if (next) { press.preventDefault(); select(+next.dataset.index); next.firstElementChild.focus({ preventScroll: true }); }
    });
    const filters = document.getElementById("filters");
    filters.addEventListener("input", refresh);
    filters.addEventListener("submit", function (e) { e.preventDefault(); });
    refresh();
  }
  const vesselAsked = /^#vessel-(\d+)$/.exec(location.hash);
  if (vesselAsked && data.vessels[+vesselAsked[1]]) {
    selectVessel(+vesselAsked[1]);
  } else if (pins.length) {
    const asked = /^#event-(\d+)$/.exec(location.hash);
    select(asked && +asked[1] < pins.length ? +asked[1] : 0);
  }
  window.addEventListener("hashchange", function () {
    const asked = /^#event-(\d+)$/.exec(location.hash);
    if (asked) { select(+asked[1]); }
    const vessel = /^#vessel-(\d+)$/.exec(location.hash);
    if (vessel) { selectVessel(+vessel[1]); }
  });
  status.textContent = "ready";
})();
