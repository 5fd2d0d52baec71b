/* Seals a report on the phone, and opens answers there. Until everything it needs has passed its test, the page is left as
   it is: the form then goes to the server as it does without JavaScript, and the page says so. */
(async () => {
  const L = lentera, find = id => document.getElementById(id), main = () => document.querySelector('main');
  const story = find('story'), box = find('receipt'), form = story ? story.form : box && box.form;
  if (!form || form.dataset.sealing) return;
  form.dataset.sealing = 1;

  const post = fields => fetch(form.getAttribute('action'), {
    method: 'POST', body: new URLSearchParams(fields), credentials: 'omit', cache: 'no-store', redirect: 'error'
  });
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
  const onSubmit = work => {
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
      about: value('about'), contact: value('contact'), language: known.language, listing: ticked('with_listing') ? value('l') : '',
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
  const seal = async (held, unit, number) => {
    const recipients = await Promise.all(unit.keys.map(key => L.loadPublic(L.unhex(key))));
    const header = { epoch: unit.epoch, kind: 'report', mode: 'browser', rid: L.hex(L.random(16)), unit: unit.unit };
    const envelope = await L.seal(L.ascii(JSON.stringify(held)), header, recipients);
    return {
      step: 'sealed',
      token: known.token,
      work: known.bits ? await L.work(known.token, known.bits) : '',
      envelope: L.base64(envelope).replace(/\+/g, '-').replace(/\//g, '_'),
      lookup: L.hex(number.lookup),
      reporter: L.hex(number.publicKey)
    }
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
      made = number = null
    };
    onSubmit(() => send().catch(() => complain([['', says.failed]])));
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
  };
  onSubmit(() => look().catch(() => complain([['receipt', says.later]])));
  form.dataset.sealing = 'ready'
})()
