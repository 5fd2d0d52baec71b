/* The desk: opens a holder's key in this page, and with it what was sealed to the unit. Keys and texts live in the memory of
   the page alone; it fetches the next page itself, so that they need not be typed again, and forgets them when it is left,
   after 15 minutes without work, or hidden for 5. Text of reporters only ever becomes textContent. */
(() => {
  const L = lentera, H = holder, find = id => document.getElementById(id), all = query => [...document.querySelectorAll(query)];
  const data = id => { const held = find(id); return held ? JSON.parse(held.textContent) : null };
  const words = data('words'), home = location.pathname.split('/').slice(0, 4).join('/') + '/';
  const IDLE = 15 * 60e3, HIDDEN = 5 * 60e3;
  // { id, keys, pairs: { epoch: pair }, seeds: { epoch: seed }, epoch } while open
  let open = null, idle, away;
  // Addresses of what is played; a closed key forgets them.
  const played = [];
  // Forgets a key or phrase that is being made.
  let forget = null;

  // What went wrong is said where one works: below the form or beside the button that was pressed, else below the key.
  const said = find('said'), below = said && said.parentNode;
  let near = null;
  const say = text => {
    if (!said) return;
    if (!near || !near.isConnected) below.append(said);
    else if (near.matches('form')) near.append(said);
    else near.after(said);
    said.textContent = text || '';
    if (text && near) said.scrollIntoView({ block: 'nearest' })
  };
  const post = async (url, body) => {
    const answer = await fetch(url, {
      method: 'POST', redirect: 'error', cache: 'no-store', body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': document.querySelector('[name=csrfmiddlewaretoken]').value }
    });
    const held = await answer.json();
    if (!answer.ok) throw Object.assign(Error('refused'), { said: held.refused });
    return held
  };
  const page = async url => {
    const answer = await fetch(url, { cache: 'no-store' });
    return new DOMParser().parseFromString(await answer.text(), 'text/html')
  };
  // Run, say what went wrong, never twice at once.
  let busy = false;
  const work = (job, wrong) => async event => {
    if (event) event.preventDefault();
    if (busy) return;
    busy = true;
    near = event && event.target.closest && (event.target.closest('#isi form') || event.target.closest('#isi button'));
    say('');
    try { await job(event) } catch (error) { say(error.said || wrong || words.failed) } finally { busy = false }
  };
  const on = (element, kind, job, wrong) => element && element.addEventListener(kind, work(job, wrong));

  // Opening and closing

  const show = () => {
    // The fingerprint of the key itself, not of what is stored as its public half: that is what must be found out.
    const own = find('own-fingerprint');
    if (own) own.textContent = open ? open.fingerprint : own.dataset.closed;
    if (!find('unlock')) return;
    find('unlock').hidden = Boolean(open);
    find('lock-open').hidden = !open
  };
  const close = () => {
    open = null;
    aside.stop();
    packages.forget();
    paper.forget();
    if (forget) forget();
    forget = null;
    clearTimeout(idle);
    played.splice(0).forEach(address => URL.revokeObjectURL(address));
    for (const id of ['story', 'fields', 'messages', 'notes']) if (find(id)) find(id).replaceChildren();
    if (find('opened')) { find('opened').hidden = true; find('closed').hidden = false }
    all('[data-now]').forEach(tag => tag.remove());
    all('[data-summary]').forEach(link => { if (link.dataset.locked) link.textContent = link.dataset.locked });
    all('input:not([type=hidden], [type=checkbox]), textarea').forEach(field => { field.value = '' });
    for (const id of ['made', 'changed']) if (find(id)) find(id).hidden = true;
    for (const id of ['shown-phrase', 'shown-code', 'shown-new']) if (find(id)) find(id).textContent = '';
    show()
  };
  const stir = () => { clearTimeout(idle); if (open || forget) idle = setTimeout(close, IDLE) };
  const read = (typed, kind) => {
    const found = kind === 'phrase' ? H.readPhrase(typed) : H.readCode(typed);
    if (found.slip) throw Object.assign(Error('slip'), { said: words.slips[found.slip] });
    return found.phrase || found.code
  };
  const unlock = async () => {
    const lock = data('lock-data'), byCode = !find('code-part').hidden && find('code').value.trim();
    const typed = byCode ? read(find('code').value, 'code') : read(find('phrase').value, 'phrase');
    say(words.opening);
    const key = byCode ? await H.recoveryKey(typed) : await H.phraseKey(typed, L.unhex(lock.salt));
    const kind = byCode ? 'recovery' : 'phrase';
    const keys = await H.unlock(L.unhex(lock[kind]), key, lock.id, kind);
    const pairs = {}, seeds = {};
    let planted = false;
    for (const [epoch, sealed] of Object.entries(lock.shares)) {
      try {
        const seed = await H.openShare(L.unhex(sealed), lock.unit, +epoch, keys), pair = await H.unitPair(seed);
        // Anybody can seal a seed to her: of this epoch only the one that the roster names is the unit's.
        if (+epoch === lock.epoch && L.hex(await L.publicBytes(pair.publicKey)) !== lock.key) { planted = true; continue }
        seeds[epoch] = seed;
        pairs[epoch] = pair
      } catch (error) { /* one that was not sealed to her opens nothing */ }
    }
    const fingerprint = await H.fingerprint(L.concat(keys.exchangePublic, keys.signingPublic));
    open = { id: lock.id, unit: lock.unit, epoch: lock.epoch, keys, pairs, seeds, fingerprint };
    find('phrase').value = find('code').value = '';
    say('');
    await post(home + 'kunci/buka/', { signature: L.hex(await H.sign(keys, L.unhex(lock.to_sign))) });
    show();
    stir();
    await begin();
    if (planted) say(words.planted);
    else if (!Object.keys(pairs).length) say(words.none)
  };

  // Reading

  // With the wraps by which another unit has handed it over, if it has.
  const openSealed = async (envelope, handed = []) => {
    const bytes = L.unbase64(envelope), { raw, fields, wraps, body } = L.parse(bytes);
    const first = open.pairs[fields.epoch], others = Object.values(open.pairs).filter(pair => pair !== first);
    const tries = [bytes, ...handed.map(wrap => L.assemble(raw, [L.unhex(wrap), wraps[1]], body))];
    for (const held of tries) {
      for (const pair of [first, ...others].filter(Boolean)) {
        try { return { fields, content: JSON.parse(new TextDecoder().decode(await L.open(held, pair))) } } catch (error) { continue }
      }
    }
    throw Error('unreadable')
  };
  // What looks like an address is no longer one.
  const defang = text => String(text).replace(/\b(h)tt(ps?:\/\/)/gi, '$1xx$2').replace(/(\w)\.(?=[a-z]{2,}\b)/gi, '$1[.]');
  const element = (name, text, kind) => {
    const held = document.createElement(name);
    if (text !== undefined) held.textContent = text;
    if (kind) held.className = kind;
    return held
  };
  const placeWords = place => [place.regency_name, place.province_name, place.country_name].filter(Boolean).join(', ');
  const readReport = async sealed => {
    const { fields, content } = await openSealed(sealed.envelope, sealed.handed);
    if (fields.rid !== sealed.rid || fields.kind !== 'report') throw Error('moved');
    return content
  };
  // What was added: of this report, and from whom the list says that it is. Its row in the database can say anything.
  const readMessage = async (message, sealed) => {
    const { fields, content } = await openSealed(message.envelope, message.handed);
    if (fields.rid !== sealed.rid || fields.kind !== 'message' || fields.direction !== message.direction) throw Error('moved');
    return content
  };
  const named = value => Object.hasOwn(words.codes, value) ? words.codes[value] : value;
  const showReport = async () => {
    const sealed = data('sealed');
    let content;
    try { content = await readReport(sealed) } catch (error) { return say(words.unreadable) }
    if (!open) return;
    const rows = { ...content, place: placeWords(content.place || {}) }, list = find('fields');
    list.replaceChildren();
    for (const [name, label] of Object.entries(words.fields)) {
      if (!rows[name]) continue;
      const row = element('div');
      row.append(element('dt', label), element('dd', defang(named(rows[name]))));
      list.append(row)
    }
    const count = find('count-form');
    if (count) {
      count.elements.opted_in.checked = content.countable === true;
      const regency = (content.place || {}).regency;
      if ([...count.elements.regency.options].some(option => option.value === regency)) count.elements.regency.value = regency
    }
    find('story').textContent = defang(content.story || '');
    const messages = find('messages');
    let files = 0;
    messages.replaceChildren();
    if (!sealed.messages.length) messages.append(element('p', words.nothing));
    for (const message of sealed.messages) {
      const box = element('div', undefined, 'c'), ours = message.direction === 'from-unit';
      const by = message.forged ? words.forged_by : ours ? words.by_unit + (message.writer ? ': ' + message.writer : '') : words.by_holder;
      box.append(element('p', by + ', ' + message.shown_on, 'm'));
      if (message.forged) {
        box.append(element('p', words.forged, 'warn'));
        messages.append(box);
        continue
      }
      let text, file;
      try {
        const content = message.deleted ? { text: words.deleted } : await readMessage(message, sealed);
        text = defang(content.text);
        file = content.file
      } catch (error) { text = words.unreadable }
      if (text || !file) box.append(element('p', text, 'text'));
      if (file && message.file) box.append(fileBox(file, sealed.name, message.file, ++files));
      messages.append(box)
    }
    // Before they are shown: a form that nobody listens to is sent by the browser, and what was typed is gone.
    on(find('reply-form'), 'submit', () => answer(sealed));
    on(find('note-form'), 'submit', () => write(sealed));
    find('closed').hidden = true;
    find('opened').hidden = false;
    await showNotes(sealed)
  };

  const showNotes = async sealed => {
    const notes = find('notes');
    if (!notes) return;
    notes.replaceChildren();
    if (!sealed.notes.length) notes.append(element('p', words.nothing));
    for (const note of sealed.notes) {
      const box = element('div', undefined, 'c');
      box.append(element('p', words.note_by + (note.writer ? ': ' + note.writer : '') + ', ' + note.written_on, 'm'));
      let text;
      try {
        const { fields, content } = await openSealed(note.envelope);
        if (fields.rid !== sealed.rid) throw Error('moved');
        text = defang(content.note)
      } catch (error) { text = words.unreadable }
      box.append(element('p', text, 'text'));
      if (!open) return;
      notes.append(box)
    }
  };

  // Files: fetched as they are sealed, opened here. A picture becomes pixels of a canvas, sound and film are played by the browser,
  // which is shut off from the system better than a player is; the rest is only saved, under a name of ours.

  const TYPES = {
    jpg: 'image/jpeg', pdf: 'application/pdf', heic: 'image/heic', mp4: 'video/mp4', webm: 'video/webm', ogg: 'audio/ogg', mp3: 'audio/mpeg', amr: 'audio/amr'
  };
  const MOST_CHUNKS = 160, MOST_PIXELS = 64e6;
  const fetchFile = async (manifest, name, file) => {
    const chunks = [];
    if (!(manifest.chunks <= MOST_CHUNKS)) throw Error('chunks');
    for (let index = 0; index < manifest.chunks; index++) {
      const answer = await fetch(home + name + '/berkas/' + file + '/' + index + '/', { cache: 'no-store', redirect: 'error' });
      if (!answer.ok) throw Error('chunk');
      chunks.push(new Uint8Array(await answer.arrayBuffer()))
    }
    return L.openFile(manifest, chunks)
  };
  // How many pixels a JPEG says it has, before anything is made of them.
  const pixels = bytes => {
    for (let at = 2; bytes[0] === 255 && bytes[1] === 216 && bytes[at] === 255 && at + 9 < bytes.length;) {
      const kind = bytes[at + 1];
      if (kind >= 192 && kind <= 207 && ![196, 200, 204].includes(kind)) {
        return (bytes[at + 5] * 256 + bytes[at + 6]) * (bytes[at + 7] * 256 + bytes[at + 8])
      }
      at += 2 + bytes[at + 2] * 256 + bytes[at + 3]
    }
    throw Error('no JPEG')
  };
  const draw = async bytes => {
    if (pixels(bytes) > MOST_PIXELS) throw Object.assign(Error('pixels'), { said: words.large });
    const picture = await createImageBitmap(new Blob([bytes], { type: TYPES.jpg })), canvas = element('canvas');
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', words.picture);
    canvas.getContext('2d').drawImage(picture, 0, 0);
    picture.close();
    return canvas
  };
  const PLAYERS = { mp4: 'video', webm: 'video', ogg: 'audio', mp3: 'audio' };
  const play = (bytes, type) => new Promise((done, failed) => {
    const player = element(PLAYERS[type]), address = URL.createObjectURL(new Blob([bytes], { type: TYPES[type] }));
    played.push(address);
    player.controls = player.disableRemotePlayback = player.disablePictureInPicture = true;
    player.setAttribute('aria-label', words.player);
    player.addEventListener('loadedmetadata', () => done(player));
    player.addEventListener('error', () => { URL.revokeObjectURL(address); failed(Error('media')) });
    player.src = address
  });
  const save = (bytes, type, number) => {
    const link = element('a'), known = Object.hasOwn(TYPES, type);
    link.href = URL.createObjectURL(new Blob([bytes], { type: known ? TYPES[type] : 'application/octet-stream' }));
    link.download = 'lampiran-' + String(number).padStart(2, '0') + '.' + (known ? type : 'bin');
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000)
  };
  const fileBox = (manifest, name, file, number) => {
    const box = element('div'), known = Object.hasOwn(TYPES, manifest.type), row = element('p');
    const size = Math.ceil(manifest.bytes / 1024) || 0, cleaned = Object.hasOwn(words.cleaned, manifest.cleaned) ? manifest.cleaned : 'no';
    box.append(element('p', (known ? manifest.type : 'bin').toUpperCase() + ', ' + size + ' KB. ' + words.cleaned[cleaned], cleaned === 'no' ? 'warn' : 'm'));
    const button = (label, job) => {
      const made = element('button', label, 'b b2');
      made.type = 'button';
      on(made, 'click', async () => {
        if (!open) return say(words.first);
        const bytes = await fetchFile(manifest, name, file);
        // The key was closed while it came.
        if (open && box.isConnected) await job(bytes)
      }, words.lost);
      row.append(made, ' ')
    };
    if (manifest.type === 'jpg') button(words.show, async bytes => {
      const canvas = await draw(bytes);
      box.querySelectorAll('canvas').forEach(old => old.remove());
      box.append(canvas)
    });
    if (Object.hasOwn(PLAYERS, manifest.type)) button(words.play, async bytes => {
      const player = await play(bytes, manifest.type);
      box.querySelectorAll('audio, video').forEach(old => old.remove());
      if (open && box.isConnected) box.append(player)
    });
    button(words.save, async bytes => {
      // What says that it is a picture must be one.
      if (manifest.type === 'jpg') await draw(bytes);
      save(bytes, manifest.type, number)
    });
    box.append(row);
    return box
  };
  const answer = async sealed => {
    const text = find('reply').value.trim();
    if (!text) return say(words.empty);
    if (!open || !open.pairs[open.epoch]) return say(words.first);
    const recipients = [await L.loadPublic(L.unhex(sealed.reporter)), open.pairs[open.epoch].publicKey];
    const envelope = await L.seal(L.utf8(JSON.stringify({ text, v: 1 })), headerFor(sealed), recipients);
    const signature = L.hex(await H.signReply(open.keys, open.id, envelope));
    await post(find('reply-form').dataset.to, { envelope: L.base64(envelope), signature });
    await go(location.href)
  };
  const headerFor = sealed => ({
    direction: 'from-unit', epoch: open.epoch, kind: 'message', mid: L.hex(L.random(16)), mode: 'browser', rid: sealed.rid, unit: open.unit
  });
  // To the unit alone: the second wrap opens for nobody.
  const write = async sealed => {
    const note = find('note').value.trim();
    if (!note) return say(words.empty);
    if (!open || !open.pairs[open.epoch]) return say(words.first);
    const envelope = await L.seal(L.utf8(JSON.stringify({ note, v: 1 })), headerFor(sealed), [open.pairs[open.epoch].publicKey]);
    const signature = L.hex(await H.signNote(open.keys, open.id, envelope));
    await post(find('note-form').dataset.to, { envelope: L.base64(envelope), signature });
    await go(location.href)
  };
  // One after the other, for as long as the list is shown and the key is open.
  const summaries = async () => {
    for (const link of all('[data-summary]')) {
      if (!open || !link.isConnected) return;
      link.dataset.locked = link.dataset.locked || link.textContent;
      try {
        const sealed = JSON.parse((await page(link.href + '?ringkas=1')).getElementById('sealed').textContent), content = await readReport(sealed);
        if (!open || !link.isConnected) return;
        link.textContent = [named(content.about), placeWords(content.place || {})].filter(Boolean).join(' · ');
        if (content.when === 'now' && !link.parentNode.querySelector('[data-now]')) {
          const tag = element('span', named('now'), 'tag x');
          tag.dataset.now = 1;
          link.after(' ', tag)
        }
      } catch (error) { /* it stays locked */ }
    }
  };

  // One's own key

  const enrol = () => {
    let made = null;
    on(find('make'), 'click', async () => {
      made = { id: H.uuid(), phrase: H.newPhrase(), code: H.newCode(), keys: await H.keysOf(L.random(32)) };
      find('shown-phrase').textContent = H.phraseLines(made.phrase).join('\n');
      find('shown-code').textContent = H.codeGroups(made.code);
      find('made').hidden = false;
      find('make').hidden = true;
      forget = () => { made = null; find('make').hidden = false };
      stir()
    });
    on(find('print'), 'click', async () => print());
    on(find('confirm'), 'submit', async () => {
      if (!made) return;
      const groups = H.codeGroups(made.code).split(' '), typed = find('groups').value.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
      if (read(find('again').value, 'phrase') !== made.phrase || typed !== groups[0] + groups[4]) return say(words.unlike);
      say(words.opening);
      const salt = L.random(16), { id, keys } = made;
      await post(find('enrol').dataset.to, {
        id, exchange_key: L.hex(keys.exchangePublic), signing_key: L.hex(keys.signingPublic), phrase_salt: L.hex(salt),
        phrase_lock: L.hex(await H.lock(keys.seed, await H.phraseKey(made.phrase, salt), id, 'phrase')),
        recovery_lock: L.hex(await H.lock(keys.seed, await H.recoveryKey(made.code), id, 'recovery')),
        signature: L.hex(await H.sign(keys, H.enrolWords(id, keys)))
      });
      made = null;
      location.reload()
    })
  };
  const changePhrase = () => {
    let fresh = null;
    on(find('new-phrase'), 'click', async () => {
      if (!open) return say(words.first);
      fresh = H.newPhrase();
      forget = () => { fresh = null };
      find('shown-new').textContent = H.phraseLines(fresh).join('\n');
      find('changed').hidden = false
    });
    on(find('change'), 'submit', async () => {
      if (!open || !fresh) return say(words.first);
      if (read(find('new-again').value, 'phrase') !== fresh) return say(words.unlike);
      const salt = L.random(16), lock = await H.lock(open.keys.seed, await H.phraseKey(fresh, salt), open.id, 'phrase');
      const signature = L.hex(await H.sign(open.keys, L.concat(L.utf8('lentera/change-phrase/v1|'), salt, lock)));
      await post(find('change').dataset.to, { phrase_salt: L.hex(salt), phrase_lock: L.hex(lock), signature });
      fresh = null;
      location.reload()
    })
  };

  // The key of the unit

  const propose = async (holders, newKey) => {
    if (!open) return say(words.first);
    const held = data('roster-data'), before = held.roster ? H.readRoster(L.utf8(held.roster)) : null;
    const old = before ? before.holders.map(member => member.id) : [], epoch = (before ? before.epoch : 0) + (newKey ? 1 : 0);
    const seeds = { ...open.seeds };
    if (newKey) seeds[epoch] = L.random(32);
    const key = L.hex(await L.publicBytes((await H.unitPair(seeds[epoch])).publicKey));
    if (!newKey && key !== before.key) return say(words.strange);
    const bytes = H.rosterBytes({
      epoch, holders, key, number: before ? before.number + 1 : 1, previous: held.digest, unit: held.unit
    });
    const shares = [];
    for (const member of holders) {
      for (const known of Object.keys(seeds)) {
        if (+known === epoch && newKey || !old.includes(member.id)) {
          const sealed = await H.sealShare(seeds[known], held.unit, +known, L.unhex(member.exchange));
          shares.push({ holder: member.id, epoch: +known, sealed: L.hex(sealed) })
        }
      }
    }
    await post(find('propose').dataset.to, { roster: L.hex(bytes), signature: L.hex(await H.signRoster(open.keys, bytes)), shares });
    await go(location.href);
    say(words.waits)
  };
  const checkAndSign = async () => {
    if (!open) return say(words.first);
    const held = data('roster-data'), bytes = L.utf8(held.proposal), next = H.readRoster(bytes);
    const before = held.roster ? H.readRoster(L.utf8(held.roster)) : null;
    let right = next.unit === held.unit && next.previous === held.digest;
    if (!before || next.epoch !== before.epoch) {
      // The key that was sealed to me must be the one that I sign.
      try {
        const seed = await H.openShare(L.unhex(held.proposal_shares[open.id]), held.unit, next.epoch, open.keys);
        right = right && L.hex(await L.publicBytes((await H.unitPair(seed)).publicKey)) === next.key
      } catch (error) { right = right && !next.holders.some(member => member.id === open.id) }
    } else right = right && next.key === before.key;
    if (!right) return say(words.strange);
    await post(find('sign').dataset.to, { digest: L.hex(await L.sha256(bytes)), signature: L.hex(await H.signRoster(open.keys, bytes)) });
    location.reload()
  };
  const keysPage = () => {
    if (find('enrol')) return enrol();
    changePhrase();
    const held = data('roster-data'), before = held.roster ? H.readRoster(L.utf8(held.roster)).holders : [];
    const person = id => held.people.find(one => one.id === id);
    all('[data-add]').forEach(button => on(button, 'click', () => propose([...before, person(button.dataset.add)], false)));
    all('[data-remove]').forEach(button => on(button, 'click', () => propose(before.filter(one => one.id !== button.dataset.remove), true)));
    on(document.querySelector('[data-renew]'), 'click', () => propose(before, true));
    on(document.querySelector('[data-found]'), 'click', () => {
      const trusted = held.people.filter(one => one.trusted);
      return trusted.length < 2 ? say(words.two) : propose(trusted, true)
    });
    on(find('sign'), 'click', checkAndSign);
    on(find('cancel'), 'click', async () => { await post(find('cancel').dataset.to, {}); await go(location.href) })
  };

  // What the scripts beside this one work with.
  const tools = {
    words, home, data, say, post, on, go: url => go(url), element, defang, placeWords, readMessage, readReport, fetchFile, draw, opened: () => open,
    propose: (holders, newKey) => propose(holders, newKey)
  };

  // From page to page

  const begin = async () => {
    show();
    if (find('roster-data') && !find('isi').dataset.begun) { find('isi').dataset.begun = 1; keysPage() }
    if (!open) return;
    await packages.showUnit(tools);
    paper.start(tools);
    if (find('package')) await packages.start(tools);
    else if (find('sealed')) await showReport();
    summaries()
  };
  const put = async next => {
    find('isi').replaceWith(document.adoptNode(next.getElementById('isi')));
    // It may have stood in what was replaced.
    if (said && !said.isConnected) below.append(said);
    find('isi').focus();
    await begin()
  };
  const go = async (url, push = false) => {
    const next = await page(url);
    if (push) history.pushState(null, '', url);
    await put(next)
  };
  document.addEventListener('click', event => {
    const link = event.target.closest('a[data-soft]');
    if (!open || !link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    work(() => go(link.href, true))(event)
  });
  // Forms that need no key go by themselves; while one is open the page is not left for them.
  const send = async (form, button) => {
    const fields = new URLSearchParams(new FormData(form));
    if (button && button.name) fields.append(button.name, button.value);
    const answer = await fetch(form.getAttribute('action'), { method: 'POST', body: fields, cache: 'no-store' });
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const same = location.href === answer.url, typed = ['reply', 'note'].map(id => [id, find(id) && find(id).value]);
    if (answer.redirected) history.replaceState(null, '', answer.url);
    await put(next);
    // What was being written stays, if the page is the same one again.
    if (same && open) for (const [id, text] of typed) if (text && find(id)) find(id).value = text
  };
  document.addEventListener('submit', event => {
    if (!open || !event.target.matches('form[data-desk]')) return;
    work(() => send(event.target, event.submitter))(event)
  });
  addEventListener('popstate', () => open ? go(location.href) : location.reload());
  for (const kind of ['click', 'keydown', 'scroll']) addEventListener(kind, stir, { passive: true });
  addEventListener('visibilitychange', () => { clearTimeout(away); if (document.hidden) away = setTimeout(close, HIDDEN) });
  addEventListener('pagehide', close);
  if (find('unlock')) {
    on(find('unlock'), 'submit', unlock, words.wrong);
    on(find('close'), 'click', close);
    on(find('use-code'), 'click', async () => { find('code-part').hidden = false; find('code').focus() })
  }
  begin()
})();
