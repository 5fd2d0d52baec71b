/* On the report path nothing stays behind a page that was left: neither what was typed nor a number that was shown.
   Back then opens an empty form. It runs after exit.js and overrides nothing of it. Whoever touches a form that can be
   sealed on the phone gets what does that (data-s names it); until it has passed its test, the server seals. */
(() => {
  addEventListener('pagehide', () => document.querySelector('main').remove());
  addEventListener('pageshow', e => { if (e.persisted) location.replace(location.pathname) });
  addEventListener('focusin', e => {
    const f = (e.target.form || {}).dataset || {}, s = document.createElement('script');
    if (f.s) { s.src = f.s; f.s = ''; document.head.append(s) }
  })
})()
