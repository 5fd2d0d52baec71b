// Finds a source among many tick boxes; what is ticked always stays in sight.
document.addEventListener("DOMContentLoaded", () => {
  for (const widget of document.querySelectorAll("[data-sources-widget]")) {
    const filter = widget.querySelector("[data-sources-filter]");
    const labels = [...widget.querySelectorAll("label")].filter((label) => label.querySelector("input"));
    filter.hidden = false;
    filter.addEventListener("input", () => {
      const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const label of labels) {
        const text = label.textContent.toLowerCase();
        const row = label.parentElement;
        row.hidden = !label.querySelector("input").checked && !words.every((word) => text.includes(word));
      }
    });
  }
});
