/* Suggestions below the search field (DECISIONS 40): all words of the language are fetched once, when the field is entered,
   and the browser chooses among them by itself. No keystroke leaves the page or is kept. Without this the form works as well. */
(() => {
  const field = document.querySelector('main [data-kata]');
  field.addEventListener('focus', async () => {
    try {
      const list = field.list;
      for (const word of await (await fetch(field.dataset.kata)).json()) list.append(new Option(word, word))
    } catch (e) {}
  }, { once: true })
})()
