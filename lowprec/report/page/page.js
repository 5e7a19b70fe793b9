"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const element = (id) => document.getElementById(id);
  const choice = { pair: element("pair"), environment: element("environment"), value: element("value") };
  const plot = element("plot");
  const narrow = element("narrow"), about = new Map(data.environments.map((name, n) => [name, data.about[n]]));
  const COLOURS = 6, MARGIN = { top: 12, right: 14, bottom: 26, left: 48 };

  const pairs = new Map(data.pairs.map((pair) => [pair.name, pair.points.map((row) => ({
    session: data.sessions[row[0]][0], time: Date.parse(data.sessions[row[0]][1]), name: data.sessions[row[0]][2],
    environment: data.environments[row[1]], seconds: row[2], accuracy: row[3],
    verdict: data.words[row[4]], state: data.states[row[5]],
  }))]));

  function fill(select, names, first) {
    const before = select.value || first;
    select.replaceChildren(...names.map((name) => new Option(about.get(name) ? `${name} (${about.get(name)})` : name, name)));
    if (names.includes(before)) select.value = before;
  }

  const chosen = () => pairs.get(choice.pair.value) ?? [];

  // Every word stands somewhere in what tells an environment from the others.
  function fits(name) {
    const text = `${name} ${about.get(name)}`.toLowerCase();
    return narrow.value.toLowerCase().split(/\s+/).every((word) => text.includes(word));
  }

  function shown() {
    const one = choice.environment.value;
    return chosen().filter((point) => one === "all" ? fits(point.environment) : point.environment === one);
  }

  // Text is set as text: names come from files and are never read as HTML.
  function made(parent, name, attributes, text) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    parent.append(node);
    return node;
  }

  // Round values up to the highest, at most six of them: steps of 1, 2 or 5 times a power of ten.
  function ticks(high) {
    const power = 10 ** Math.floor(Math.log10(high / 5 || 1));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => high / size <= 5);
    return Array.from({ length: Math.ceil(high / step) + 1 }, (_, place) => place * step);
  }

  function days(low, high, room) {
    const count = Math.max(1, Math.min(6, Math.floor(room / 110)));
    const apart = (high - low) / count;
    return Array.from({ length: count + 1 }, (_, place) => low + place * apart);
  }

  const dated = (time, apart) => new Date(time).toISOString().replace("T", " ")
    .slice(...(apart < 864e5 ? [5, 16] : [0, 10]));

  function draw() {
    const value = choice.value.value;
    const points = shown().filter((point) => point[value] !== null);
    const names = coloured(shown());
    const width = plot.clientWidth || 320, height = plot.clientHeight || 320;
    plot.setAttribute("viewBox", `0 0 ${width} ${height}`);
    plot.replaceChildren();
    if (points.length) {
      const times = points.map((point) => point.time);
      const low = times.reduce((a, b) => Math.min(a, b)), high = times.reduce((a, b) => Math.max(a, b));
      const marks = ticks(points.reduce((most, point) => Math.max(most, point[value]), 0) || 1);
      const inner = width - MARGIN.left - MARGIN.right;
      const x = (time) => MARGIN.left + (high === low ? 0.5 : (time - low) / (high - low)) * inner;
      const y = (size) => height - MARGIN.bottom
        - size / marks.at(-1) * (height - MARGIN.top - MARGIN.bottom);
      for (const size of marks) {
        made(plot, "line", { class: "rule", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(size), y2: y(size) });
        made(plot, "text", { x: MARGIN.left - 6, y: y(size) + 4, "text-anchor": "end" }, +size.toPrecision(6));
      }
      const dates = high === low ? [low] : days(low, high, inner);
      dates.forEach((time, place) => made(plot, "text", {
        x: x(time), y: height - 8,
        "text-anchor": dates.length === 1 ? "middle" : place === 0 ? "start" : place === dates.length - 1 ? "end" : "middle",
      }, dated(time, (high - low) / dates.length)));
      for (const name of new Set(points.map((point) => point.environment))) {
        series(points.filter((point) => point.environment === name), names.indexOf(name), x, y, value);
      }
    } else {
      made(plot, "text", { x: width / 2, y: height / 2, "text-anchor": "middle" }, `no ${value} in these sessions`);
    }
    legend(names, points);
    list();
  }

  // More environments than colours: the page's own has one, and all others share the soft one.
  function coloured(points) {
    const names = [...new Set(points.map((point) => point.environment))];
    return names.length <= COLOURS ? names : names.filter((name) => name === data.environment);
  }

  const colourOf = (number) => number < 0 ? "var(--soft)" : `var(--c${number})`;

  function series(points, number, x, y, value) {
    const colour = colourOf(number);
    made(plot, "polyline", {
      style: `stroke: ${colour}`, ...(number < 0 ? { "stroke-opacity": 0.4 } : {}), points: points.map((point) => `${x(point.time)},${y(point[value])}`).join(" "),
    });
    for (const point of points) {
      const mark = made(plot, "circle", {
        class: `mark ${point.state}`, cx: x(point.time), cy: y(point[value]),
        r: point.state !== "ok" ? 6 : number < 0 ? 2 : 3.5,
        ...(point.state === "ok" ? { style: `stroke: ${colour}; fill: ${colour}` } : {}),
      });
      const lines = [point.name, `${+point[value].toPrecision(4)} ${value}`, point.verdict, about.get(point.environment)];
      made(mark, "title", {}, lines.filter(Boolean).join("\n"));
    }
  }

  function legend(names, points) {
    const used = new Set(points.map((point) => point.environment));
    const items = names.map((name, number) => [name, colourOf(number)]).filter(([name]) => used.has(name));
    const others = [...used].filter((name) => !names.includes(name)).length;
    if (others) items.push([`${others} other environments`, colourOf(-1)]);
    if (points.some((point) => point.state === "flagged")) items.push(["flagged", "var(--bad)"]);
    if (points.some((point) => point.state === "accepted")) items.push(["accepted", "var(--soft)"]);
    element("legend").replaceChildren(...items.map(([name, colour]) => {
      const item = document.createElement("li"), dot = document.createElement("i");
      dot.style.background = colour;
      item.append(dot, name);
      return item;
    }));
  }

  function list() {
    const text = (value, digits) => value === null ? "-" : value.toFixed(digits);
    const rows = shown().map((point) => {
      const row = document.createElement("tr");
      const day = new Date(point.time).toISOString().slice(0, 10);
      const cells = [point.session, day, text(point.seconds, 2), text(point.accuracy, 4), point.verdict];
      row.title = point.name;
      cells.forEach((content, place) => {
        const cell = document.createElement("td");
        cell.textContent = content;
        if (place === 2 || place === 3) cell.className = "number";
        row.append(cell);
      });
      if (point.state === "flagged") row.className = "flagged";
      return row;
    });
    document.querySelector("#points tbody").replaceChildren(...rows.reverse());
  }

  function choosePair() {
    const environments = chosen().map((point) => point.environment);
    // One point tells nothing: the first night of a version is shown beside those before it.
    const alone = environments.filter((name) => name === data.environment).length < 2;
    const names = new Set(environments);
    narrow.parentElement.hidden = names.size <= COLOURS;
    fill(choice.environment, ["all", ...[...names].filter(fits)], alone ? "all" : data.environment);
    draw();
  }

  // A link of the overview is "#PAIR"; it leads to the history of that pair.
  function follow() {
    const name = decodeURIComponent(location.hash.slice(1));
    if (!pairs.has(name)) return;
    choice.pair.value = name;
    choosePair();
    element("history").focus();
  }

  fill(choice.pair, [...pairs.keys()], data.pair);
  choice.pair.addEventListener("change", choosePair);
  choice.environment.addEventListener("change", draw);
  // What is narrowed is looked at together.
  narrow.addEventListener("input", () => { choice.environment.value = "all"; choosePair(); });
  choice.value.addEventListener("change", draw);
  addEventListener("hashchange", follow);
  // A second click on a link does not change the address.
  document.addEventListener("click", (event) => {
    if (event.target.closest("a[href^='#']")?.hash === location.hash) follow();
  });
  let drawnWidth = 0;
  new ResizeObserver(() => {
    if (plot.clientWidth !== drawnWidth) draw();
    drawnWidth = plot.clientWidth;
  }).observe(plot);
  choosePair();
  follow();
})();
