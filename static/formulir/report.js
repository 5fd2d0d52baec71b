/* Seals a report on the phone, and opens answers there. Until everything it needs has passed its test, the page is left as
   it is: the form then goes to the server as it does without JavaScript, and the page says so. */
(async () => {
  const L = lentera, find = id => document.getElementById(id), main = () => document.querySelector('main');
  const story = find('story'), box = find('receipt'), form = story ? story.form : box && box.form;
  if (!form || form.dataset.sealing) return;
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
  const show = html => {
    main().replaceWith(document.adoptNode(new DOMParser().parseFromString(html, 'text/html').querySelector('main')));
    main().tabIndex = -1;
    main().style.outline = 0;
    main().focus();
    scrollTo(0, 0)
  };
  const complain = errors => {
    const box = document.createElement('div'), head = document.createElement('h2'), list = document.createElement('ul');
    main().querySelectorAll('.err').forEach(old => old.remove());
    box.className = 'err';
    box.tabIndex = -1;
    box.setAttribute('role', 'alert');
    head.textContent = says.wrong;
    for (const [name, text] of errors) {
      const item = document.createElement('li'), link = document.createElement(name ? 'a' : 'span');
      if (name) link.href = '#' + name;
      link.textContent = text;
      item.append(link);
      list.append(item)
    }
    box.append(head, list);
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
  const receiver = held => {
    const { regency, province = '' } = held.place;
    const nearest = held.province_only || !regency ? [province, ''] : [regency, province, ''];
    return nearest.map(region => known.units.find(unit => unit.region === region)).find(Boolean)
  };
  const newNumber = async () => {
    const receipt = L.newReceipt();
    return { receipt, ...await L.credentials(await L.stretch(receipt, L.unhex(known.salt))) }
  };
  const sealTo = async (unit, held, header) => {
    const recipients = await Promise.all(unit.keys.map(key => L.loadPublic(L.unhex(key))));
    const envelope = await L.seal(L.ascii(JSON.stringify(held)), { epoch: unit.epoch, mode: 'browser', unit: unit.unit, ...header }, recipients);
    return L.base64(envelope).replace(/\+/g, '-').replace(/\//g, '_')
  };
  const seal = async (held, unit, number) => {
    return {
      step: 'sealed',
      token: known.token,
      work: known.bits ? await L.work(known.token, known.bits) : '',
      envelope: await sealTo(unit, held, { kind: 'report', rid: L.hex(L.random(16)) }),
      lookup: L.hex(number.lookup),
      reporter: L.hex(number.publicKey)
    }
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
  const further = lookup => {
    const input = find('file'), form = input && input.form, state = document.createElement('p'), choice = document.createElement('div');
    if (!form) return;
    const words = () => form.elements.text ? clean(form.elements.text.value) : '';
    let made = {};
    find('lock').textContent = says.more;
    input.accept = 'image/*,audio/*,video/*,application/pdf';
    state.setAttribute('role', 'status');
    choice.className = 'warn';
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
      const text = document.createElement('p');
      text.textContent = says.choose;
      choice.replaceChildren(text, ...ways.map(([label, work]) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'b b2';
        button.textContent = label;
        button.addEventListener('click', () => { choice.hidden = true; attempt(work) });
        return button
      }));
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
      const number = main().querySelector('.tel'), box = document.createElement('div');
      show(await answer.text());
      if (number && !main().querySelector('.tel')) {
        box.className = 'help';
        box.append(number);
        main().querySelector('h1').after(box)
      }
      further(lookup)
    };
    const attempt = async work => {
      const button = form.querySelector('p > .b');
      button.disabled = true;
      main().querySelectorAll('.err').forEach(old => old.remove());
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
      const found = faults(), held = content(), text = JSON.stringify(held), unit = receiver(held);
      if (found.length) return complain(found);
      if (!unit) return complain([['', says.nobody]]);
      // The same text again is the same envelope under the same number; another text is another report.
      if (made.text !== text) {
        if (made.text !== null) number = await newNumber();
        made = { text, fields: await seal(held, unit, number) }
      }
      const answer = await post(made.fields);
      if (answer.status === 409 && again) {
        known = await ask(true);
        made = { text: null };
        number = await newNumber();
        return send(false)
      }
      const html = await answer.text();
      if (!answer.ok || !html.includes('data-for=' + made.fields.lookup)) return complain([['', says.failed]]);
      form.reset();
      show(html);
      const shown = find('number');
      shown.querySelector('b').textContent = L.grouped(number.receipt);
      shown.setAttribute('aria-label', L.grouped(number.receipt).split(' ').map(group => [...group].join(' ')).join(', '));
      further(made.fields.lookup);
      made = number = null
    };
    onSubmit(form, () => send().catch(() => complain([['', says.failed]])));
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
    for (const part of document.querySelectorAll('[data-sealed]')) {
      try {
        const opened = await L.open(L.unbase64(part.dataset.sealed), keys);
        part.textContent = JSON.parse(new TextDecoder().decode(opened)).text;
        part.style.whiteSpace = 'pre-line'
      } catch (error) { part.textContent = says.unreadable }
      part.removeAttribute('data-sealed')
    }
    further(L.hex(lookup))
  };
  onSubmit(form, () => look().catch(() => complain([['receipt', says.later]])));
  form.dataset.sealing = 'ready'
})()
