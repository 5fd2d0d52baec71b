/* Seals a report on the phone, and opens answers there. Until everything it needs has passed its test, the page is left as
   it is: the form then goes to the server as it does without JavaScript, and the page says so. */
(async () => {
  const L = lentera, find = id => document.getElementById(id), main = () => document.querySelector('main');
  const story = find('story'), box = find('receipt'), form = story ? story.form : box && box.form;
  if (!form || form.dataset.sealing) return;
  // The numbers of the place: whoever stores the envelope does not know them.
  const away = find('away');
  form.dataset.sealing = 1;

  const action = form.getAttribute('action');
  const post = (fields, file) => {
    let body = new URLSearchParams(fields);
    if (file) {
      body = new FormData();
      Object.entries({ ...fields, file }).forEach(field => body.append(...field))
    }
    return fetch(action, { method: 'POST', body, credentials: 'omit', cache: 'no-store', redirect: 'error' })
  };
  const ask = async busy => (await post({ step: 'sealing', place: form.place ? form.place.value : '', busy: busy ? 1 : '' })).json();
  let known;
  try {
    await L.selfTest();
    known = await ask()
  } catch (error) { return }
  const says = known.says;

  // A page that the server sent, in the place of this one; nothing of it runs.
  const part = (html, name) => new DOMParser().parseFromString(html, 'text/html').querySelector(name);
  const lead = html => part(html, '.lead').textContent;
  const show = html => {
    main().replaceWith(document.adoptNode(part(html, 'main')));
    main().tabIndex = -1;
    main().style.outline = 0;
    main().focus();
    scrollTo(0, 0)
  };
  const element = (tag, className, ...inside) => {
    const held = document.createElement(tag);
    if (className) held.className = className;
    held.append(...inside);
    return held
  };
  const button = (label, work) => {
    const held = element('button', 'b b2', label);
    held.type = 'button';
    held.addEventListener('click', work);
    return held
  };
  const forgive = () => main().querySelectorAll('.err').forEach(old => old.remove());
  const complain = (errors, ...more) => {
    const list = errors.map(([name, text]) => {
      const link = element(name ? 'a' : 'span', '', text);
      if (name) link.href = '#' + name;
      return element('li', '', link)
    });
    const box = element('div', 'err', element('h2', '', says.wrong), element('ul', '', ...list), ...more);
    forgive();
    box.tabIndex = -1;
    box.setAttribute('role', 'alert');
    main().prepend(box);
    box.focus()
  };
  // One at a time: a second press while the first is on its way does nothing.
  const onSubmit = (form, work) => {
    let busy = false;
    form.addEventListener('submit', async event => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      const button = form.querySelector('button');
      button.disabled = true;
      try { await work() } finally { busy = button.disabled = false }
    })
  };

  // Reporting

  const clean = text => text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '').trim();
  const value = name => form.elements[name] ? clean(form.elements[name].value || '') : '';
  const ticked = name => Boolean(form.elements[name] && form.elements[name].checked);
  const faults = () => {
    const found = [], length = [...value('story')].length;
    if (!value('about')) found.push(['about', says.about]);
    if ([...value('contact')].length > known.most.contact) found.push(['contact', says.contact]);
    if (!length) found.push(['story', says.story]);
    else if (length < known.least) found.push(['story', says.short]);
    else if (length > known.most.story) found.push(['story', says.long]);
    return found
  };
  const content = () => {
    const place = { ...known.place }, regency = known.regencies[value('regency')];
    if (regency) [place.regency, place.regency_name] = regency;
    return {
      about: value('about'), contact: value('contact'), countable: ticked('countable'), language: known.language, listing: ticked('with_listing') ? value('l') : '',
      place, province_only: ticked('province_only'), story: value('story'), v: 1, when: value('when'), who: value('who')
    }
  };
  const receiver = (held, units) => {
    const { regency, province = '' } = held.place;
    const nearest = held.province_only || !regency ? [province, ''] : [regency, province, ''];
    return nearest.map(region => units.find(unit => unit.region === region)).find(Boolean)
  };
  // Whom the page has named, by region. Whoever has been told of others once is not asked about them again.
  const named = () => form.elements.readers.value.split(',').map(part => part.split(':')).map(([region, mark = '']) => ({ region, mark }));
  let told;
  const newNumber = async () => {
    const receipt = L.newReceipt();
    return { receipt, ...await L.credentials(await L.stretch(receipt, L.unhex(known.salt))) }
  };
  const sealTo = async (unit, held, header) => {
    const recipients = await Promise.all(unit.keys.map(key => L.loadPublic(L.unhex(key))));
    const envelope = await L.seal(L.utf8(JSON.stringify(held)), { epoch: unit.epoch, mode: 'browser', unit: unit.unit, ...header }, recipients);
    return L.base64(envelope).replace(/\+/g, '-').replace(/\//g, '_')
  };
  const seal = async (held, unit, number) => ({
    envelope: await sealTo(unit, held, { kind: 'report', rid: L.hex(L.random(16)) }),
    lookup: L.hex(number.lookup),
    reporter: L.hex(number.publicKey),
    above: unit.above
  });
  // What was sealed, with a form that takes it. In a burst that costs work.
  const hand = async fields => post({
    step: 'sealed', token: known.token, work: known.bits ? await L.work(known.token, known.bits) : '', ...fields
  });
  const isStored = (answer, html, fields) => answer.ok && html.includes('data-for=' + fields.lookup);
  // The page that the server sent for a stored report, with its number where this page still has it.
  const stored = (html, { lookup }, receipt) => {
    show(html);
    if (story && find('away')) find('away').replaceWith(away || '');
    if (receipt) name(find('number'), receipt);
    else {
      main().querySelector('.lead').textContent = says.valid;
      main().querySelector('.help').remove()
    }
    // Drawn down too far, a page is loaded anew, and the number is gone.
    document.documentElement.style.overscrollBehavior = 'none';
    further(lookup)
  };
  const name = (shown, receipt, before = '') => {
    const groups = L.grouped(receipt);
    shown.querySelector('b').textContent = groups;
    shown.setAttribute('aria-label', before + groups.split(' ').map(group => [...group].join(' ')).join(', '))
  };

  // What could not be sent may wait on the phone where its owner wants that: sealed, without its number, for three days, and
  // wiped by the exit, which must be able to find it.

  const HOURS = 72, hour = () => Math.floor(Date.now() / 36e5);
  const kept = (mode, work) => new Promise((done, failed) => {
    const opening = indexedDB.open('a');
    opening.onupgradeneeded = () => opening.result.createObjectStore('a', { keyPath: 'lookup' });
    opening.onerror = failed;
    opening.onsuccess = () => {
      const deal = opening.result.transaction('a', mode), asked = work(deal.objectStore('a'));
      deal.oncomplete = () => { opening.result.close(); done(asked.result) };
      deal.onabort = failed
    }
  });
  const drop = lookup => kept('readwrite', all => all.delete(lookup));
  const dropAll = () => { indexedDB.deleteDatabase('a') };
  // Sends all that waits; what is to be said of it, or nothing where it still waits.
  const flush = async numbers => {
    let said;
    for (const { hour: since, ...fields } of await kept('readonly', all => all.getAll())) {
      // A clock that was put back makes nothing older; what is old is tried once more.
      const old = hour() - since >= HOURS;
      let answer = {}, html = '';
      try {
        known = await ask();
        answer = await hand({ ...fields, waited: 1 });
        if (answer.status === 409) { known = await ask(true); answer = await hand({ ...fields, waited: 1 }) }
        html = await answer.text()
      } catch (error) { if (!old) throw error }
      // Sealed to a key that was replaced, or its number is taken: any other refusal may pass.
      const gone = [410, 422].includes(answer.status);
      if (isStored(answer, html, fields)) {
        await drop(fields.lookup);
        stored(html, fields, numbers[fields.lookup]);
        said = ''
      } else if (gone || old) { said = gone ? lead(html) : says.expired; await drop(fields.lookup) }
    }
    if (said !== undefined && !(await kept('readonly', all => all.count()))) dropAll();
    return said
  };
  // The place of the page that says what waits, tries again, and lets its owner delete it.
  const waiting = (box, numbers) => {
    const state = element('p', '');
    let busy = false, timer;
    const end = said => { clearInterval(timer); removeEventListener('online', attempt); if (said) box.replaceChildren(element('p', 'lead', said)) };
    const attempt = async () => {
      if (busy) return;
      busy = true;
      try {
        const said = await flush(numbers);
        if (said === undefined) state.textContent = says.waits; else end(said)
      } catch (error) { state.textContent = says.waits } finally { busy = false }
    };
    state.setAttribute('role', 'status');
    box.append(element('p', '', says.stays), state, element('p', '', button(says.now, attempt), ' ', button(says.drop, () => { dropAll(); end(says.dropped) })));
    timer = setInterval(attempt, 6e4);
    addEventListener('online', attempt);
    return attempt
  };

  // More under a number: a text, a file. Both are sealed here. A file goes in chunks, and what has arrived is not sent again.

  const SIDE = 1920, MOST = 10485760;
  const kindOf = bytes => {
    const head = String.fromCharCode(...bytes.subarray(0, 12));
    if (head.slice(4, 8) === 'ftyp') return /^(hei|hev|mif1|msf1)/.test(head.slice(8)) ? 'heic' : 'mp4';
    return [['%PDF-', 'pdf'], ['OggS', 'ogg'], ['#!AMR', 'amr'], ['\x1aE\xdf\xa3', 'webm'], ['ID3', 'mp3'], ['\xff\xfb', 'mp3'], ['\xff\xf3', 'mp3'], ['\xff\xd8\xff', 'jpg'], ['\x89PNG', 'png']]
      .filter(([start]) => head.startsWith(start)).map(([, kind]) => kind)[0]
  };
  // A picture as its pixels alone; nothing where this browser cannot read it, or gives back other pixels than were drawn, as some
  // do so that nobody is known by them.
  const redraw = async file => {
    try {
      const picture = await createImageBitmap(file), scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
      const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
      canvas.width = Math.max(1, Math.round(picture.width * scale));
      canvas.height = Math.max(1, Math.round(picture.height * scale));
      pen.fillStyle = '#c83214';
      pen.fillRect(0, 0, canvas.width, canvas.height);
      const drawn = pen.getImageData(0, 0, Math.min(8, canvas.width), Math.min(8, canvas.height)).data;
      if (drawn.some((value, place) => Math.abs(value - [200, 50, 20, 255][place % 4]) > 8)) return null;
      pen.fillStyle = '#fff';
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise(done => canvas.toBlob(done, 'image/jpeg', .85));
      return blob.type === 'image/jpeg' ? new Uint8Array(await blob.arrayBuffer()) : null
    } catch (error) { return null }
  };
  const said = text => Object.assign(Error('said'), { said: text });
  const answered = async answer => {
    const held = await answer.json();
    if (!answer.ok) throw said(held.says);
    return held
  };
  const patient = async work => {
    for (let pause = 1; ; pause *= 2) {
      try { return await work() } catch (error) {
        if (error.said || pause > 4) throw error;
        await new Promise(done => setTimeout(done, pause * 1000))
      }
    }
  };
  // The answers of a page; whoever has typed no number has no keys.
  const unseal = async keys => {
    for (const part of keys ? document.querySelectorAll('[data-sealed]') : []) {
      try {
        const opened = await L.open(L.unbase64(part.dataset.sealed), keys);
        part.textContent = JSON.parse(new TextDecoder().decode(opened)).text;
        part.style.whiteSpace = 'pre-line'
      } catch (error) { part.textContent = says.unreadable }
      part.removeAttribute('data-sealed')
    }
  };
  const further = (lookup, keys) => {
    const input = find('file'), form = input && input.form, state = element('p', ''), choice = element('div', 'warn');
    if (!form) return;
    const words = () => form.elements.text ? clean(form.elements.text.value) : '';
    let made = {};
    find('lock').textContent = says.more;
    input.accept = 'image/*,audio/*,video/*,application/pdf';
    state.setAttribute('role', 'status');
    choice.hidden = true;
    input.after(choice);
    form.append(state);
    input.addEventListener('change', () => { choice.hidden = true });

    // The sealed file; nothing while its owner has to choose.
    const prepare = async file => {
      const pixels = await redraw(file);
      if (pixels) return L.sealFile(pixels, 'jpg', 'phone');
      const bytes = new Uint8Array(await file.slice(0, MOST + 1).arrayBuffer()), kind = kindOf(bytes);
      if (!kind) throw said(says.kind);
      if (bytes.length > MOST) throw said(says.large);
      const ways = [];
      if (kind !== 'png') ways.push([says.as_it_is, async () => { made = { file, sealed: await L.sealFile(bytes, kind, 'no') }; await send() }]);
      if (known.cleans.includes(kind)) ways.push([says.by_server, async () => follow(await post(Object.fromEntries(
        [...new FormData(form)].filter(([name]) => name !== 'file')), file))]);
      choice.replaceChildren(element('p', '', says.choose), ...ways.map(([label, work]) =>
        button(label, () => { choice.hidden = true; attempt(work) })));
      choice.hidden = false;
      choice.tabIndex = -1;
      choice.focus()
    };
    const send = async () => {
      const file = input.files[0], text = words();
      if (!file && !text) throw said(says.nothing);
      if (made.file !== file || file && !made.sealed) made = { file, sealed: file && await prepare(file) };
      const { sealed } = made, about = sealed ? { aid: sealed.manifest.id, size: sealed.size } : {};
      if (file && !sealed) return;
      const unit = await patient(async () => answered(await post({ step: 'begin', lookup, ...about })));
      for (const [index, chunk] of sealed ? sealed.chunks.entries() : []) {
        state.textContent = says.sent.replace('{part}', index + 1).replace('{all}', sealed.chunks.length);
        if (unit.have.includes(index)) continue;
        await patient(async () => answered(await post({ step: 'chunk', lookup, index, ...about }, new Blob([chunk]))))
      }
      if (made.text !== text || made.epoch !== unit.epoch) {
        const held = { v: 1, language: known.language, text, ...(sealed ? { file: sealed.manifest } : {}) };
        const header = { direction: 'from-reporter', kind: 'message', mid: L.hex(L.random(16)), rid: unit.rid };
        Object.assign(made, { text, epoch: unit.epoch, envelope: await sealTo(unit, held, header) })
      }
      const digest = sealed ? { digest: sealed.digest } : {};
      const answer = await patient(() => post({ step: 'more', lookup, envelope: made.envelope, ...about, ...digest }));
      if (!answer.ok) {
        // What lies there is not this file: under a new id all of it goes again.
        if (answer.status === 409) made = {};
        await answered(answer)
      }
      return follow(answer)
    };
    // The page that comes next, with the number where it was shown.
    const follow = async answer => {
      const number = main().querySelector('.tel'), html = await answer.text();
      // A notice has no form: shown, it would take the typed words along.
      if (!answer.ok && !html.includes('id=file')) throw said(lead(html));
      show(html);
      if (number && !main().querySelector('.tel')) main().querySelector('h1').after(element('div', 'help', number));
      await unseal(keys);
      further(lookup, keys)
    };
    const attempt = async work => {
      const button = form.querySelector('p > .b');
      button.disabled = true;
      forgive();
      try { await work() } catch (error) { complain([['', error.said || says.cut]]) } finally {
        button.disabled = false;
        state.textContent = ''
      }
    };
    form.addEventListener('submit', event => { event.preventDefault(); if (!form.querySelector('p > .b').disabled) attempt(send) });
    form.dataset.sealing = 'ready'
  };

  if (story) {
    // The memory for a receipt may not be there: then the server makes it.
    let number;
    try { number = await newNumber() } catch (error) { return }
    let made = { text: null };
    const send = async (again = true) => {
      const found = faults(), held = content(), text = JSON.stringify(held), unit = receiver(held, known.units), first = receiver(held, named());
      if (found.length) return complain(found);
      if (!unit) return complain([['', held.province_only ? says.nobody_else : says.nobody]]);
      if (told !== unit.mark && !(first && first.mark.startsWith(unit.mark))) {
        told = unit.mark;
        return complain([['', says.others.replace('{unit}', unit.name)]])
      }
      // The same text again is the same envelope under the same number; another text is another report.
      if (made.text !== text) {
        if (made.text !== null) number = await newNumber();
        made = { text, fields: await seal(held, unit, number) }
      }
      const answer = await hand(made.fields);
      if ([409, 410].includes(answer.status) && again) {
        known = await ask(true);
        made = { text: null };
        number = await newNumber();
        return send(false)
      }
      const html = await answer.text();
      if (!isStored(answer, html, made.fields)) throw Error('not stored');
      form.reset();
      stored(html, made.fields, number.receipt);
      made = number = null
    };
    const failed = () => complain([['', says.failed]], ...(made.fields && indexedDB.databases ? [element('p', '', says.keep), button(says.keep_it, keep)] : []));
    const keep = async () => {
      const { fields } = made, { receipt } = number, shown = element('div', 'tel', element('s', '', element('b', '')));
      try { await kept('readwrite', all => all.put({ ...fields, hour: hour() })) } catch (error) { return complain([['', says.failed]]) }
      form.reset();
      made = number = null;
      shown.setAttribute('role', 'img');
      name(shown, receipt, says.unsent + ' ');
      const title = element('h1', '', says.unsent), box = element('div', ''), practice = main().querySelector('.note');
      title.tabIndex = -1;
      main().replaceChildren(practice || '', title, element('p', 'lead', says.write), element('div', 'help', shown), away || '', box);
      waiting(box, { [fields.lookup]: receipt });
      title.focus()
    };
    onSubmit(form, () => send().catch(failed));
    find('lock').textContent = says.label;
    form.dataset.sealing = 'ready';
    return
  }

  // Asking for an answer

  const look = async () => {
    const digits = box.value.replace(/[\s\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2066-\u2069\u2212-]/g, '');
    // Figures of another script: the server reads them.
    if (/[^0-9]/.test(digits)) return form.submit();
    if (digits.length !== 20) return complain([['receipt', says.length]]);
    if (L.checkDigit(digits)) return complain([['receipt', says.check]]);
    const { lookup, keys } = await L.credentials(await L.stretch(digits, L.unhex(known.salt)));
    const answer = await post({ step: 'look', lookup: L.hex(lookup) });
    show(await answer.text());
    await unseal(keys);
    further(L.hex(lookup), keys)
  };
  onSubmit(form, () => look().catch(() => complain([['receipt', says.later]])));
  const left = await Promise.resolve(indexedDB.databases && indexedDB.databases()).catch(() => 0);
  if (left && left.length) {
    const box = element('div', 'warn', element('h2', '', says.unsent));
    main().prepend(box);
    waiting(box, {})()
  }
  form.dataset.sealing = 'ready'
})()
