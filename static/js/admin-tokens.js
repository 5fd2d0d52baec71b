// The list of codes: find and copy. In the page editor a button opens the same list as a dialogue and writes the code
// where the cursor was.
(() => {
  const { list: address, label } = document.currentScript.dataset;
  const matches = (text, query) => query.toLowerCase().split(/\s+/).every((word) => text.toLowerCase().includes(word));

  function filterAndCopy(table) {
    document.querySelector("[data-token-filter]").addEventListener("input", (event) => {
      for (const row of table.querySelectorAll("tbody tr[data-words]")) {
        row.hidden = !matches(row.dataset.words, event.target.value);
      }
    });
    table.addEventListener("click", async (event) => {
      const button = event.target.closest("[data-copy]");
      if (!button) return;
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
    });
  }

  function picker(footer) {
    const opener = document.createElement("button");
    opener.type = "button";
    opener.className = "button button-secondary token-opener";
    opener.textContent = label;
    footer.append(opener);

    let field = null;
    let place = null;
    document.addEventListener("focusin", (event) => {
      if (event.target.closest(".token-picker")) return;
      if (event.target.matches("input[type=text], input:not([type]), textarea, [contenteditable=true]")) field = event.target;
    });
    document.addEventListener("selectionchange", () => {
      const selection = document.getSelection();
      if (field && field.isContentEditable && selection.rangeCount && field.contains(selection.anchorNode)) {
        place = selection.getRangeAt(0).cloneRange();
      }
    });

    function write(token) {
      if (!field || !field.isConnected) return false;
      field.focus();
      if (field.isContentEditable && place) {
        const selection = document.getSelection();
        selection.removeAllRanges();
        selection.addRange(place);
      }
      return document.execCommand("insertText", false, token);
    }

    opener.addEventListener("click", async () => {
      const answer = await fetch(`${address}?format=json`, { headers: { "X-Requested-With": "XMLHttpRequest" } });
      const { tokens, words } = await answer.json();
      const dialog = document.createElement("dialog");
      dialog.className = "token-picker";
      const head = document.createElement("div");
      head.className = "token-picker__head";
      const search = document.createElement("input");
      search.type = "search";
      search.placeholder = words.find;
      search.setAttribute("aria-label", words.find);
      const close = document.createElement("button");
      close.type = "button";
      close.className = "button button-secondary";
      close.textContent = words.close;
      close.addEventListener("click", () => dialog.close());
      head.append(search, close);
      const rows = document.createElement("ul");
      for (const { token, says, shows } of tokens) {
        const row = document.createElement("li");
        const choose = document.createElement("button");
        choose.type = "button";
        const name = document.createElement("b");
        name.textContent = says;
        choose.append(name, ` – ${shows} `);
        const code = document.createElement("code");
        code.textContent = token;
        choose.append(code);
        choose.addEventListener("click", () => {
          dialog.close();
          if (!write(token)) navigator.clipboard.writeText(token);
        });
        row.append(choose);
        row.dataset.words = `${token} ${says} ${shows}`;
        rows.append(row);
      }
      search.addEventListener("input", () => {
        for (const row of rows.children) row.hidden = !matches(row.dataset.words, search.value);
      });
      dialog.append(head, rows);
      dialog.addEventListener("close", () => dialog.remove());
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    const table = document.querySelector("[data-tokens]");
    if (table) filterAndCopy(table);
    const footer = document.querySelector("form[data-edit-form] footer.footer");
    if (footer && location.pathname.includes("/pages/")) picker(footer);
  });
})();
