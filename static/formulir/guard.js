/* On the report path nothing stays behind a page that was left: neither what was typed nor a number that was shown.
   Back then opens an empty form. It runs after exit.js and overrides nothing of it. */
(() => {
  addEventListener('pagehide', () => document.querySelector('main').remove());
  addEventListener('pageshow', e => { if (e.persisted) location.replace(location.pathname) });
})()
