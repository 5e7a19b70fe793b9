"use strict";
(() => {
  const history = JSON.parse(document.getElementById("data").textContent);
  const choice = Object.fromEntries(
    ["pair", "environment", "value"].map((id) => [id, document.getElementById(id)]));
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const marks = {
    ok: ["circle", 9], flagged: ["x", 13], accepted: ["square-open", 12],
  };

  function fill(select, names, first) {
    const before = select.value || first;
    select.replaceChildren(...names.map((name) => new Option(name, name)));
    if (names.includes(before)) select.value = before;
  }

  function chosen() {
    return history.pairs.find((pair) => pair.name === choice.pair.value);
  }

  // Environments as they first came; names come from files and are never read as HTML.
  function environments(pair) {
    return [...new Set(pair.points.map((point) => point.environment))];
  }

  const escaped = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

  function shown() {
    const pair = chosen();
    const one = choice.environment.value;
    return pair.points.filter((point) => one === "all" || point.environment === one);
  }

  function draw() {
    const value = choice.value.value;
    const points = shown().filter((point) => point[value] !== null);
    const css = getComputedStyle(document.body);
    const line = css.getPropertyValue("--line"), text = css.getPropertyValue("--text");
    const traces = [...new Set(points.map((point) => point.environment))].map((name) => {
      const mine = points.filter((point) => point.environment === name);
      return {
        type: "scatter", mode: "lines+markers", name: escaped(name),
        x: mine.map((point) => point.time), y: mine.map((point) => point[value]),
        text: mine.map((point) => `${escaped(point.session)}<br>${escaped(point.verdict)}`),
        hovertemplate: `%{text}<br>%{y:.4g} ${value === "seconds" ? "s" : ""}<extra></extra>`,
        line: { width: 1 },
        marker: {
          symbol: mine.map((point) => marks[point.state][0]),
          size: mine.map((point) => marks[point.state][1]),
        },
      };
    });
    const axis = { gridcolor: line, linecolor: line, zeroline: false };
    Plotly.react("plot", traces, {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { color: text },
      colorway: dark.matches
        ? ["#56b4e9", "#e69f00", "#00c896", "#f0a0d0", "#f0e442", "#ff8a50"]
        : ["#0072b2", "#b06f00", "#00785a", "#a83c80", "#555555", "#b04000"],
      xaxis: { ...axis, type: "date" },
      yaxis: { ...axis, rangemode: "tozero" },
      legend: { orientation: "h", y: -0.2 }, margin: { t: 32, r: 10, l: 50, b: 40 },
      hovermode: "closest",
    }, { responsive: true, displaylogo: false });
    list();
  }

  function list() {
    const rows = shown().map((point) => {
      const row = document.createElement("tr");
      const text = (value, digits) => value === null ? "-" : value.toFixed(digits);
      const cells = [text(point.seconds, 2), text(point.accuracy, 4), point.verdict, point.session];
      cells.forEach((content, place) => {
        const cell = document.createElement("td");
        cell.textContent = content;
        if (place < 2) cell.className = "number";
        row.append(cell);
      });
      if (point.state === "flagged") row.className = "flagged";
      return row;
    });
    document.querySelector("#points tbody").replaceChildren(...rows.reverse());
  }

  function choosePair() {
    fill(choice.environment, ["all", ...environments(chosen())], history.environment);
    draw();
  }

  fill(choice.pair, history.pairs.map((pair) => pair.name));
  choice.pair.addEventListener("change", choosePair);
  choice.environment.addEventListener("change", draw);
  choice.value.addEventListener("change", draw);
  dark.addEventListener("change", draw);
  choosePair();
})();
