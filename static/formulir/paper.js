/* The sealed paper envelope of a unit (docs/unit-keys-v1.md): two codes that together unlock the seeds of all its epochs. They
   are made, printed and typed here, and sent nowhere: the server keeps the lock. */
const paper = (() => {
  const L = lentera, H = holder, find = id => document.getElementById(id), LABEL = 'lentera/paper/v1';
  const wrong = said => Object.assign(Error('wrong'), { said });
  const SHEETS = ['sheet-1', 'sheet-2'];
  let codes = null;

  // What both sheets give together. Half of it is 125 bits.
  const keyOf = (first, second) => L.hkdf(L.utf8(first + second), LABEL);
  const place = (unit, epoch) => L.utf8([LABEL, unit, epoch].join('|'));
  // { epoch: seed } under both codes, bound to the unit and its newest epoch.
  const lock = async (seeds, unit, epoch, codes) => {
    const held = Object.fromEntries(Object.entries(seeds).map(([name, seed]) => [name, L.hex(seed)])), nonce = L.random(12);
    return L.concat(nonce, await L.encrypt(await keyOf(...codes), nonce, place(unit, epoch), L.utf8(JSON.stringify(held))))
  };
  const unlock = async (locked, unit, epoch, codes) => {
    const held = await L.decrypt(await keyOf(...codes), locked.slice(0, 12), place(unit, epoch), locked.slice(12));
    return Object.fromEntries(Object.entries(JSON.parse(new TextDecoder().decode(held))).map(([name, seed]) => [name, L.unhex(seed)]))
  };

  const show = id => [...SHEETS, 'paper-check'].forEach(name => { find(name).hidden = name !== id });
  const read = (desk, id) => {
    const { code, slip } = H.readCode(find(id).value);
    if (slip) throw wrong(desk.words.slips[slip]);
    return code
  };
  const make = async desk => {
    const { epoch, unit, seeds, keys, pairs } = desk.opened() || {}, words = desk.data('paper-words');
    if (!pairs || !pairs[epoch]) throw wrong(desk.words.first);
    if (Array.from({ length: epoch }, (_, n) => seeds[n + 1]).some(seed => !seed)) throw wrong(words.missing);
    if (!codes || [1, 2].some(n => read(desk, 'check-' + n) !== codes[n - 1])) throw wrong(desk.words.unlike);
    const locked = await lock(seeds, unit, epoch, codes), signed = L.concat(L.utf8([LABEL, unit, epoch, ''].join('|')), locked);
    await desk.post(find('paper-make').dataset.to, { epoch, lock: L.hex(locked), signature: L.hex(await H.sign(keys, signed)) });
    codes = null;
    await desk.go(location.href);
    desk.say(words.made)
  };
  const use = async desk => {
    const opened = desk.opened(), words = desk.data('paper-words'), held = desk.data('roster-data');
    if (!opened) throw wrong(desk.words.first);
    const typed = [1, 2].map(n => read(desk, 'sheet-code-' + n)), before = H.readRoster(L.utf8(held.roster));
    const trusted = held.people.filter(one => one.trusted);
    if (trusted.length < 2 || !trusted.some(one => one.id === opened.id)) throw wrong(desk.words.two);
    const { lock: locked, epoch } = await desk.post(find('paper-use').dataset.open, {});
    let seeds;
    try { seeds = await unlock(L.unhex(locked), held.unit, epoch, typed) } catch (error) { throw wrong(words.not_open) }
    // The key that the paper gives must be the one that the holders of the unit signed.
    const whole = epoch === before.epoch;
    if (whole && L.hex(await L.publicBytes((await H.unitPair(seeds[epoch])).publicKey)) !== before.key) throw wrong(desk.words.planted);
    // What came after the envelope was made is lost: its place is filled with what opens nothing.
    for (let number = 1; number <= before.epoch; number++) opened.seeds[number] = seeds[number] || L.random(32);
    await desk.propose(trusted, true);
    desk.say(whole ? words.proposed : words.partly)
  };

  const start = desk => {
    const on = (id, kind, job) => find(id) && desk.on(find(id), kind, job);
    if (find('paper-make') && !find('paper-make').dataset.begun) {
      find('paper-make').dataset.begun = 1;
      on('paper-new', 'click', async () => {
        if (!desk.opened()) throw wrong(desk.words.first);
        codes = [H.newCode(), H.newCode()];
        SHEETS.forEach((id, n) => { find(id).querySelector('[data-code]').textContent = H.codeGroups(codes[n]) });
        show('sheet-1')
      });
      SHEETS.forEach((id, n) => {
        desk.on(find(id).querySelector('[data-print]'), 'click', async () => print());
        desk.on(find(id).querySelector('[data-next]'), 'click', async () => {
          // Nobody need see it again.
          find(id).querySelector('[data-code]').textContent = '';
          show(['sheet-2', 'paper-check'][n])
        })
      });
      on('paper-check', 'submit', () => make(desk))
    }
    if (find('paper-open') && !find('paper-open').dataset.begun) {
      find('paper-open').dataset.begun = 1;
      on('paper-open', 'submit', () => use(desk))
    }
  };
  const forget = () => {
    codes = null;
    if (!find('paper-make')) return;
    document.querySelectorAll('[data-code]').forEach(place => { place.textContent = '' });
    show('')
  };

  return { lock, unlock, start, forget }
})();
