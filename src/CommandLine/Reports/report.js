// Draws the plots of a report: each figure holds one as JSON (PlotJson.cs writes it), the library is Plotly.
"use strict";

(function () {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const palettes = {
    light: ["#0b6bcb", "#d1541b", "#1b8a4b", "#a23fb5", "#b08400",
      "#0d8c9c", "#c2255c", "#5b5bd6", "#6b7a1e", "#8a5a33"],
    dark: ["#5aa9f8", "#ff9559", "#53c97f", "#d588e6", "#e0b93f",
      "#4cc7d6", "#ff7fa8", "#9f9fff", "#b5c45a", "#cf9a6d"],
  };
  const dashes = ["solid", "dash", "dot", "dashdot"];
  const symbols = ["circle", "square", "diamond", "triangle-up", "triangle-down", "cross", "x", "pentagon", "star",
    "hexagon", "triangle-left", "triangle-right", "hourglass", "bowtie", "circle-open", "square-open", "diamond-open"];

  function theme() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    return {
      page: colour("--page"), text: colour("--text"), quiet: colour("--quiet"), line: colour("--line"),
      raised: colour("--raised"), palette: dark.matches ? palettes.dark : palettes.light, font: style.fontFamily,
    };
  }

  // The library reads a little HTML in texts; names are to be shown as they are.
  function plain(text) {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }

  // Neighbouring numbers get hues far apart: steps of the golden angle.
  function groupColour(group) {
    const hue = (group * 137.508) % 360;
    const light = dark.matches ? 62 + 10 * (group % 2) : 38 + 10 * (group % 2);
    return `hsl(${hue.toFixed(1)}, 65%, ${light}%)`;
  }

  function axis(given, colours) {
    return {
      title: { text: plain(given.title), standoff: 10 },
      type: given.kind,
      range: given.range,
      automargin: true,
      zeroline: false,
      gridcolor: colours.line,
      linecolor: colours.line,
      tickmode: given.ticks ? "array" : "auto",
      tickvals: given.ticks && given.ticks.map((tick) => tick.at),
      ticktext: given.ticks && given.ticks.map((tick) => plain(tick.text)),
      showticklabels: !given.bare,
      showgrid: !given.bare,
    };
  }

  function trace(series, index, colours) {
    const colour = series.emphasised ? colours.text : colours.palette[index % colours.palette.length];
    const round = Math.floor(index / colours.palette.length);
    const drawn = {
      name: plain(series.name),
      x: series.x,
      y: series.y,
      text: series.labels && series.labels.map(plain),
      hoverinfo: series.labels ? "text" : undefined,
    };
    if (series.below) {
      drawn.error_y = {
        type: "data", symmetric: false, array: series.above, arrayminus: series.below, thickness: 1.2, width: 4,
      };
    }

    if (series.style === "bars" || series.style === "overlaid") {
      drawn.type = "bar";
      drawn.marker = { color: colour, line: { width: 0 } };
      drawn.opacity = series.style === "overlaid" ? 0.55 : 1;
      drawn.textposition = "none";
      return drawn;
    }

    drawn.type = "scatter";
    drawn.mode = { line: "lines", marked: "lines+markers", points: "markers" }[series.style];
    drawn.line = { color: colour, width: series.emphasised ? 3 : 1.8, dash: dashes[round % dashes.length] };
    drawn.marker = {
      color: series.groups ? series.groups.map(groupColour) : colour,
      symbol: series.groups ? symbols[index % symbols.length] : "circle",
      size: 7,
      line: { width: 0.5, color: colours.page },
    };
    return drawn;
  }

  // Every other name a line lower, so that marks close to each other can both be read.
  function marks(plot, colours) {
    return {
      shapes: plot.marks.map((mark) => ({
        type: "line", x0: mark.at, x1: mark.at, yref: "paper", y0: 0, y1: 1,
        line: { color: colours.text, width: 1.2, dash: "dash" },
      })),
      annotations: plot.marks.map((mark, i) => ({
        // The library places a text on a logarithmic axis by its exponent, a line by its value.
        x: plot.x.kind === "log" ? Math.log10(mark.at) : mark.at, yref: "paper", y: 1 - 0.07 * i,
        text: plain(mark.name), showarrow: false, xanchor: "left", xshift: 4, yanchor: "top",
        bgcolor: colours.page, opacity: 0.9, font: { size: 12 },
      })),
    };
  }

  function draw(figure, plot) {
    const colours = theme();
    let coloured = 0;
    const traces = plot.series.map((series) => trace(series, series.emphasised ? 0 : coloured++, colours));
    const lone = plot.series.length === 1;
    const layout = {
      height: plot.height,
      margin: { l: 60, r: 10, t: 34, b: 50 },
      paper_bgcolor: "rgba(0, 0, 0, 0)",
      plot_bgcolor: "rgba(0, 0, 0, 0)",
      font: { color: colours.text, family: colours.font, size: 13 },
      hoverlabel: { bgcolor: colours.raised, bordercolor: colours.line, font: { color: colours.text }, align: "left" },
      hovermode: "closest",
      barmode: plot.series.some((series) => series.style === "overlaid") ? "overlay" : "group",
      bargap: plot.series.some((series) => series.style === "overlaid") ? 0 : 0.2,
      showlegend: !lone,
      legend: { font: { size: 12 } },
      xaxis: axis(plot.x, colours),
      yaxis: axis(plot.y, colours),
      modebar: { bgcolor: "rgba(0, 0, 0, 0)", color: colours.quiet, activecolor: colours.text },
      ...marks(plot, colours),
    };
    if (plot.square) {
      layout.yaxis.scaleanchor = "x";
      layout.xaxis.constrain = layout.yaxis.constrain = "domain";
    }

    return Plotly.react(figure, traces, layout, {
      responsive: true,
      displayModeBar: "hover",
      displaylogo: false,
      // The library would offer to send the plot to its maker's server.
      showSendToCloud: false,
      plotlyServerURL: "",
      modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"],
      toImageButtonOptions: { filename: plot.name.replace(/[^A-Za-z0-9]+/g, "-"), scale: 2 },
    });
  }

  const plots = [...document.querySelectorAll("figure.plot")].map((element) => {
    const plot = JSON.parse(element.querySelector("script").textContent);
    const title = document.createElement("h3");
    title.textContent = plot.name;
    const canvas = document.createElement("div");
    element.append(title, canvas);
    return { element, canvas, plot };
  });

  function drawAll() {
    for (const { element, canvas, plot } of plots) {
      Promise.resolve()
        .then(() => draw(canvas, plot))
        .then(() => element.classList.add("drawn"))
        .catch((error) => {
          const message = document.createElement("p");
          message.className = "plot-error";
          message.textContent = `This plot cannot be drawn: ${error.message}`;
          element.append(message);
        });
    }
  }

  dark.addEventListener("change", drawAll);
  drawAll();
})();
