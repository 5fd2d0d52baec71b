// No script of the CMS may set a cookie for the whole host: it would reach every public page (DECISIONS 2).
(() => {
  const own = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
  Object.defineProperty(document, "cookie", {
    configurable: true,
    get: () => own.get.call(document),
    set: (value) => own.set.call(document, value.replace(/;\s*path=\/(?=\s*;|\s*$)/i, "; path=/akun/")),
  });
})();
