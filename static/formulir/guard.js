/* On the report path nothing stays behind a page that was left: neither what was typed nor a number that was shown.
   Back then opens an empty form. It runs after exit.js and overrides nothing of it. Whoever touches a form that can be
   sealed on the phone gets what does that (data-s names it); until it has passed its test, the server seals. So does whoever
   comes back to what waits on the phone, sealed, because it could not be sent. */
(() => {
  const load = f => {
    const s = document.createElement('script');
    if (f.s) { s.src = f.s; f.s = ''; document.head.append(s) }
  };
  addEventListener('pagehide', () => document.querySelector('main').remove());
  addEventListener('pageshow', e => { if (e.persisted) location.replace(location.pathname) });
  addEventListener('focusin', e => load((e.target.form || {}).dataset || {}));
  addEventListener('load', async () => {
    try { if ((await indexedDB.databases()).length) load(document.querySelector('[data-s]').dataset) } catch (e) {}
  })
})()
