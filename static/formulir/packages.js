/* Passing a report on: what leaves the desk is put together and locked in this page (docs/unit-keys-v1.md, “Passing on”). The
   server is told that it was, the SHA-256 of the package and the fingerprint of the key; it never gets the package. Nothing in a
   package carries a name, number or time of ours. */
const packages = (() => {
  const L = lentera, H = holder, find = id => document.getElementById(id), all = query => [...document.querySelectorAll(query)];
  const NOTE = 512, TYPES = ['jpg', 'pdf', 'heic', 'mp4', 'webm', 'ogg', 'mp3', 'amr'];
  // What the page has opened: { desk, data, sealed, content, messages, files }
  let held = null;
  const wrong = said => Object.assign(Error('wrong'), { said });
  const utf8 = text => new TextEncoder().encode(text);

  // Files

  const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit++) n = n & 1 ? n >>> 1 ^ 0xedb88320 : n >>> 1;
    return n
  });
  const crc = bytes => ~bytes.reduce((sum, byte) => TABLE[(sum ^ byte) & 255] ^ sum >>> 8, -1) >>> 0;
  const little = (...pairs) => L.concat(...pairs.map(([value, size]) => Uint8Array.from({ length: size }, (_, n) => value >>> 8 * n)));
  // { name, bytes } as a ZIP without compression, in which every file is of 1 January 1980. A name that is none of ours has no place.
  const zip = entries => {
    const parts = [], index = [];
    let at = 0;
    for (const { name, bytes } of entries) {
      if (!/^[a-z]+(_[0-9]{3})?\.[a-z0-9]{2,4}$/.test(name)) throw Error('name');
      const about = [[20, 2], [0, 2], [0, 2], [0, 2], [33, 2], [crc(bytes), 4], [bytes.length, 4], [bytes.length, 4], [name.length, 2], [0, 2]];
      const head = L.concat(little([0x04034b50, 4], ...about), utf8(name));
      index.push(little([0x02014b50, 4], [20, 2], ...about, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), utf8(name));
      parts.push(head, bytes);
      at += head.length + bytes.length
    }
    const central = L.concat(...index), count = [entries.length, 2];
    return L.concat(...parts, central, little([0x06054b50, 4], [0, 2], [0, 2], count, count, [central.length, 4], [at, 4], [0, 2]))
  };
  // What a spreadsheet would take for a formula is text.
  const cell = value => {
    const text = String(value), formula = /^[\t\r\n]|^[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text);
    return '"' + (formula ? "'" : '') + text.replace(/"/g, '""') + '"'
  };
  const csv = rows => utf8('\ufeff' + rows.map(row => row.map(cell).join(',') + '\r\n').join(''));
  // Characters that turn, hide or end a text are named instead.
  const STRANGE = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
  const plain = text => String(text).replace(/\r\n?/g, '\n').replace(STRANGE, letter => '[U+' + letter.charCodeAt().toString(16).toUpperCase().padStart(4, '0') + ']');
  // In front of each line of somebody else's a mark, so that none can pass for one of ours.
  const quoted = text => plain(held.desk.defang(text)).split('\n').map(line => '| ' + line).join('\n');
  const day = () => {
    const now = new Date(), two = number => String(number).padStart(2, '0');
    return now.getFullYear() + '-' + two(now.getMonth() + 1) + '-' + two(now.getDate())
  };
  const save = (bytes, name) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000)
  };
  // 24 figures, 79.7 bits, under scrypt.
  const newPassphrase = () => L.digits(24).match(/.{4}/g).join('-');

  // Data

  const field = name => document.querySelector(`[data-field="${name}"]`);
  const put = (name, value) => {
    const element = field(name);
    if (element.matches('fieldset')) element.querySelectorAll('input').forEach(box => { box.checked = value.includes(box.value) });
    else if (element.type === 'checkbox') element.checked = value;
    else element.value = [value].flat()[0] || ''
  };
  const take = (name, kind) => {
    const element = field(name);
    if (kind === 'choices') return [...element.querySelectorAll(':checked')].map(box => box.value);
    if (kind === 'yes') return element.checked;
    const text = element.value.trim();
    return kind === 'number' && /^[0-9]+$/.test(text) ? +text : text
  };
  // What the report says and what is on record; never what somebody is or suffered.
  const fill = () => {
    const { data, content } = held, place = content.place || {};
    const first = {
      cas_Status: [data.closed ? 'Closed' : 'Active'],
      cas_ReferringOrganisation: data.unit, cas_OutgoingReferralDate: day(),
      hte_Country: place.province ? 'ID' : /^[A-Z]{2}$/i.test(place.country || '') ? place.country.toUpperCase() : '',
      hte_State: place.province_name, hte_City: place.regency_name
    };
    for (const [name, value] of Object.entries(first)) put(name, value)
  };
  const dataFiles = () => {
    const rows = held.data.htcds.fields.map(({ name, kind }) => [name, take(name, kind)]);
    const record = Object.fromEntries(rows.filter(([, value]) => value !== '' && value.length !== 0));
    return [
      { name: 'htcds.json', bytes: utf8(JSON.stringify({ standard: 'HTCDS', version: '2.0', records: [record] }, null, 1) + '\n') },
      { name: 'htcds.csv', bytes: csv([rows.map(row => row[0]), rows.map(row => [row[1]].flat().join(';'))]) }
    ]
  };

  // The package

  const attachments = async () => {
    const found = [];
    for (const { box, manifest, file } of held.files) {
      if (!box.checked) continue;
      const bytes = await held.desk.fetchFile(manifest, held.sealed.name, file), type = TYPES.includes(manifest.type) ? manifest.type : 'bin';
      // What says that it is a picture must be one.
      if (type === 'jpg') await held.desk.draw(bytes);
      found.push({ name: 'lampiran_' + String(found.length + 1).padStart(3, '0') + '.' + type, bytes })
    }
    return found
  };
  const report = async (receiver, files) => {
    const { desk, data, content, messages } = held, words = data.words, labels = desk.words, lines = [];
    const line = (label, value) => value && lines.push(label + ': ' + plain(desk.defang(value)).replace(/\n/g, ' '));
    lines.push(words.title.toUpperCase(), '', words.careful, '');
    line(words.from, data.unit);
    line(words.to, receiver);
    line(words.day, day());
    line(words.consent, find('consent').selectedOptions[0].textContent);
    line(words.arrived, data.arrived);
    const rows = { ...content, place: desk.placeWords(content.place || {}) };
    for (const [name, label] of Object.entries(labels.fields)) line(label, rows[name] && (labels.codes[rows[name]] || rows[name]));
    lines.push('', words.story.toUpperCase(), quoted(content.story || ''), '', words.messages.toUpperCase());
    if (!messages.length) lines.push(words.none);
    for (const { ours, on, text } of messages) lines.push((ours ? labels.by_unit : labels.by_holder) + ', ' + on, quoted(text || ''), '');
    lines.push('', words.files.toUpperCase());
    for (const { name, bytes } of files) lines.push(name + '  SHA-256 ' + L.hex(await L.sha256(bytes)));
    return { name: 'laporan.txt', bytes: utf8('\ufeff' + lines.join('\n').replace(/\n/g, '\r\n') + '\r\n') }
  };
  const done = (text, secret, mark) => {
    find('done-words').textContent = text;
    find('secret').textContent = secret || '';
    document.querySelector('[data-secret]').hidden = !secret;
    find('mark').textContent = mark;
    find('done').hidden = false;
    find('done').scrollIntoView({ block: 'center' })
  };
  const noteInfo = ({ unit, sealed, epoch }) => L.utf8('lentera/referral/v1|' + unit + '|' + epoch + '|' + sealed.rid);
  // What is noted of every passing on. The name of the receiver is for the own unit alone.
  const about = async who => {
    const { id, unit, epoch, pairs } = held.desk.opened() || {};
    if (!id || !pairs[epoch]) throw wrong(held.desk.words.first);
    if (!find('consent').value) throw wrong(held.data.words.no_consent);
    const padded = new Uint8Array(NOTE);
    padded.set(utf8(plain(who)).slice(0, NOTE));
    const note = L.hex(await L.sealTo(pairs[epoch].publicKey, noteInfo({ unit, epoch, sealed: held.sealed }), padded));
    return { consent: find('consent').value, shown: find('shown').checked, note, epoch }
  };
  const bare = text => text.replace(/[\s-]/g, '').toLowerCase();
  const refer = async () => {
    const { desk, data } = held, words = data.words, byKey = find('how').value === 'key', who = find('who').value.trim();
    const recipient = byKey ? find('recipient').value.replace(/\s/g, '').toLowerCase() : '';
    if (!who) throw wrong(words.no_name);
    if (byKey && !/^age1[a-z0-9]{50,2000}$/.test(recipient)) throw wrong(words.no_key);
    if (byKey && bare(find('heard').value) !== recipient.slice(-12)) throw wrong(words.unlike);
    const noted = await about(who), files = [...dataFiles(), ...await attachments()], passphrase = byKey ? '' : newPassphrase();
    const whole = zip([await report(who, files), ...files]);
    let locked;
    try { locked = await aside.run('age', whole, byKey ? { recipient } : { passphrase }) } catch (error) { throw byKey ? wrong(words.no_key) : error }
    const digest = L.hex(await L.sha256(locked));
    await desk.post(find('package').dataset.refer, { ...noted, receiver: find('receiver').value, digest, recipient });
    save(locked, 'rujukan-' + day() + '.zip.age');
    done(words.saved, passphrase, digest)
  };
  // The same key, sealed to another unit as well and bound to the same header: it reads what the reporter sealed, not a copy of ours.
  const handTo = async (envelope, recipient) => {
    const { raw, wraps } = L.parse(L.unbase64(envelope)), info = L.concat(L.utf8('lentera/dek/v1|'), await L.sha256(raw));
    for (const pair of Object.values(held.desk.opened().pairs)) {
      for (const wrap of wraps) {
        let dek;
        try { dek = await L.openWith(pair, info, wrap) } catch (error) { continue }
        return L.hex(await L.sealTo(recipient, info, dek))
      }
    }
    throw wrong(held.desk.words.unreadable)
  };
  const handOver = async () => {
    const { desk, data, sealed } = held, { key, epoch } = find('to-unit').selectedOptions[0].dataset, fingerprint = await H.fingerprint(L.unhex(key));
    if (bare(find('heard-unit').value) !== bare(fingerprint)) throw wrong(data.words.unlike_unit);
    const noted = await about(find('to-unit').selectedOptions[0].textContent), recipient = await L.loadPublic(L.unhex(key));
    const wraps = { '': await handTo(sealed.envelope, recipient) };
    for (const message of sealed.messages.filter(message => message.envelope)) {
      try { wraps[message.name] = await handTo(message.envelope, recipient) } catch (error) {
        // What was sealed to the unit that answered for it before, this one may not be able to open.
        if (L.parse(L.unbase64(message.envelope)).fields.unit === desk.opened().unit) throw error
      }
    }
    await desk.post(find('package').dataset.hand, { ...noted, unit: find('to-unit').value, to_epoch: +epoch, wraps });
    done(data.words.handed, '', fingerprint)
  };
  const exportData = async locked => {
    const { desk, data } = held;
    if (!locked && !find('understood').checked) throw wrong(data.words.not_understood);
    const passphrase = locked ? newPassphrase() : '', whole = zip(dataFiles());
    const made = locked ? await aside.run('age', whole, { passphrase }) : whole, digest = L.hex(await L.sha256(made));
    await desk.post(find('package').dataset.export, { digest, how: locked ? 'passphrase' : 'plain' });
    save(made, 'htcds-' + day() + (locked ? '.zip.age' : '.zip'));
    done(data.words.saved, passphrase, digest)
  };

  // The page

  const showHow = () => {
    const how = find('how').value, warning = find('province');
    all('[data-how]').forEach(part => { part.hidden = !part.dataset.how.split(' ').includes(how) });
    if (!warning) return;
    const regency = find('to-unit').selectedOptions[0].dataset.region.includes('.');
    warning.textContent = held.data.words.province;
    warning.hidden = !(held.content.province_only && regency)
  };
  const bind = () => {
    const { desk } = held;
    desk.on(find('package'), 'submit', () => find('how').value === 'unit' ? handOver() : refer());
    desk.on(find('export'), 'click', () => exportData(true));
    desk.on(find('export-plain'), 'click', () => exportData(false));
    for (const id of ['how', 'to-unit']) if (find(id)) find(id).addEventListener('change', () => held && showHow());
    find('consent').addEventListener('change', () => put('con_Consent', find('consent').value === 'given'));
    find('who').addEventListener('change', () => put('cas_ReferredOrganisation', find('who').value.trim()))
  };
  const showFiles = () => {
    const { desk, data, files } = held, list = find('files');
    list.replaceChildren();
    if (!files.length) list.append(desk.element('li', data.words.none));
    files.forEach((one, index) => {
      const { manifest } = one, known = TYPES.includes(manifest.type), cleaned = Object.hasOwn(desk.words.cleaned, manifest.cleaned) ? manifest.cleaned : 'no';
      const row = desk.element('li'), label = desk.element('label', undefined, 'pick');
      one.box = desk.element('input');
      one.box.type = 'checkbox';
      const said = { number: index + 1, kind: (known ? manifest.type : 'bin').toUpperCase(), size: Math.ceil(manifest.bytes / 1024) || 0 };
      label.append(one.box, ' ' + data.words.file.replace(/%\((\w+)\)s/g, (_, name) => said[name]) + ' ' + desk.words.cleaned[cleaned]);
      row.append(label);
      list.append(row)
    })
  };
  const showNotes = async () => {
    const { desk, sealed } = held, { unit, pairs } = desk.opened();
    for (const place of all('[data-note]')) {
      const { note, epoch } = place.dataset;
      try {
        const padded = await L.openWith(pairs[epoch], noteInfo({ unit, epoch, sealed }), L.unhex(note));
        place.textContent = new TextDecoder().decode(padded).replace(/\0+$/, '')
      } catch (error) { place.textContent = '' }
    }
  };
  const start = async desk => {
    const sealed = desk.data('sealed'), messages = [], files = [];
    let content;
    try { content = await desk.readReport(sealed) } catch (error) { return desk.say(desk.words.unreadable) }
    // What no holder has signed leaves the house in nobody's name.
    for (const message of sealed.messages.filter(message => !message.forged)) {
      const one = { ours: message.direction === 'from-unit', on: message.received_on, text: desk.words.deleted };
      if (!message.deleted) {
        try {
          const content = await desk.readMessage(message, sealed);
          one.text = content.text;
          if (content.file && message.file) files.push({ manifest: content.file, file: message.file })
        } catch (error) { one.text = desk.words.unreadable }
      }
      messages.push(one)
    }
    if (!desk.opened() || !find('package')) return;
    held = { desk, data: desk.data('package-data'), sealed, content, messages, files };
    if (!find('package').dataset.begun) { find('package').dataset.begun = 1; bind() }
    showFiles();
    fill();
    showHow();
    find('closed').hidden = true;
    find('opened').hidden = false;
    await showNotes()
  };
  // On the page of keys: the fingerprint of the key that was opened, not of what is stored as its public half.
  const showUnit = async desk => {
    const { epoch, pairs } = desk.opened(), place = find('unit-fingerprint');
    if (place && pairs[epoch]) place.textContent = await H.fingerprint(await L.publicBytes(pairs[epoch].publicKey))
  };
  const forget = () => {
    held = null;
    if (!find('package')) return;
    find('package').reset();
    find('files').replaceChildren();
    all('[data-note]').forEach(place => { place.textContent = '' });
    find('secret').textContent = find('mark').textContent = '';
    find('done').hidden = true
  };

  return { start, showUnit, forget, zip, csv, cell, plain }
})();
