/* What a holder's browser does, byte for byte as content/reports/vault does it (docs/unit-keys-v1.md). Needs sealing.js, and
   aside.js or the vendored argon2.
   Phrases, codes and seeds stay in this page: nothing here sends anything. */
const holder = (() => {
  const L = lentera, ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ', LINE = 13;
  const text = bytes => new TextDecoder().decode(bytes);

  // What is typed
  const skip = typed => typed.replace(/[\s./,|\u00b7\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2066-\u2069\u2212-]/g, '');
  const newPhrase = () => [0, 1].map(() => { const line = L.digits(LINE - 1); return line + L.checkDigit(line) }).join('');
  const phraseLines = phrase => [phrase.slice(0, LINE), phrase.slice(LINE)].map(
    line => [line.slice(0, 4), line.slice(4, 8), line.slice(8)].join(' '));
  // The phrase, or the name of the slip: length, characters, first line, second line.
  const readPhrase = typed => {
    const digits = skip(typed);
    if (!/^[0-9]+$/.test(digits)) return { slip: 'characters' };
    if (digits.length !== 2 * LINE) return { slip: 'length' };
    if (L.checkDigit(digits.slice(0, LINE))) return { slip: 'first line' };
    if (L.checkDigit(digits.slice(LINE))) return { slip: 'second line' };
    return { phrase: digits }
  };
  const newCode = () => Array.from(L.random(25), byte => ALPHABET[byte % 32]).join('');
  const codeGroups = code => code.match(/.{5}/g).join(' ');
  const readCode = typed => {
    const code = skip(typed).toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
    if (code.length !== 25) return { slip: 'length' };
    return [...code].every(letter => ALPHABET.includes(letter)) ? { code } : { slip: 'characters' }
  };
  // Beside the page, where it can: it takes a second.
  const argon2 = (...given) => typeof aside == 'undefined' ? L.argon2(...given) : aside.run('argon2', ...given);
  const phraseKey = async (phrase, salt) => L.hkdf(await argon2(phrase, salt, 128, 4), 'lentera/phrase/v1');
  const recoveryKey = code => L.hkdf(L.utf8(code), 'lentera/recovery/v1');

  // Keys
  const keysOf = async seed => {
    const exchange = await L.pair(await L.hkdf(seed, 'lentera/holder-exchange/v1'));
    const signing = await L.pair(await L.hkdf(seed, 'lentera/holder-signing/v1'));
    const jwk = await crypto.subtle.exportKey('jwk', signing.privateKey);
    const signer = await crypto.subtle.importKey(
      'jwk', { kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y, d: jwk.d }, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    return {
      seed, exchange, signer,
      exchangePublic: await L.publicBytes(exchange.publicKey), signingPublic: await L.publicBytes(signing.publicKey)
    }
  };
  const sign = async (keys, message) => new Uint8Array(
    await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.signer, message));
  const lockPlace = (id, kind) => L.utf8('lentera/holder-lock/v1|' + id + '|' + kind);
  const lock = async (seed, key, id, kind) => {
    const nonce = L.random(12);
    return L.concat(nonce, await L.encrypt(key, nonce, lockPlace(id, kind), seed))
  };
  const unlock = async (locked, key, id, kind) => keysOf(
    await L.decrypt(key, locked.slice(0, 12), lockPlace(id, kind), locked.slice(12)));
  const fingerprint = async bytes => {
    const digest = await L.sha256(bytes), groups = [];
    for (let at = 0; at < 30; at += 5) {
      const value = digest.slice(at, at + 5).reduce((sum, byte) => sum * 256 + byte, 0) % 100000;
      groups.push(String(value).padStart(5, '0'))
    }
    return groups.join(' ')
  };
  const uuid = () => {
    const bytes = L.random(16);
    bytes[6] = bytes[6] & 15 | 64;
    bytes[8] = bytes[8] & 63 | 128;
    return L.hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  };

  // The unit
  const unitPair = async seed => L.pair(await L.hkdf(seed, 'lentera/unit/v1'));
  const shareInfo = (unit, epoch) => L.utf8('lentera/share/v1|' + unit + '|' + epoch);
  const sealShare = async (seed, unit, epoch, recipient) =>
    L.sealTo(await L.loadPublic(recipient), shareInfo(unit, epoch), seed);
  const openShare = (sealed, unit, epoch, keys) => L.openWith(keys.exchange, shareInfo(unit, epoch), sealed);
  // { unit, number, epoch, key, holders: [{ id, exchange, signing }], previous }, all bytes in hexadecimal.
  const rosterBytes = held => L.utf8(JSON.stringify({
    epoch: held.epoch,
    holders: [...held.holders].sort((one, other) => one.id < other.id ? -1 : 1).map(
      ({ exchange, id, signing }) => ({ exchange, id, signing })),
    key: held.key, number: held.number, previous: held.previous, unit: held.unit, v: 1
  }));
  const readRoster = bytes => {
    const held = JSON.parse(text(bytes));
    if (held.v !== 1 || !L.equal(rosterBytes(held), bytes)) throw Error('not canonical');
    return held
  };
  const signRoster = (keys, bytes) => sign(keys, L.concat(L.utf8('lentera/roster/v1|'), bytes));
  const enrolWords = (id, keys) => L.concat(L.utf8('lentera/enrol/v1|' + id + '|'), keys.exchangePublic, keys.signingPublic);
  const replyWords = async (envelope, id) => L.concat(L.utf8('lentera/reply/v1|' + id + '|'), await L.sha256(envelope));
  const noteWords = async (envelope, id) => L.concat(L.utf8('lentera/note/v1|' + id + '|'), await L.sha256(envelope));
  const signNote = async (keys, id, envelope) => sign(keys, await noteWords(envelope, id));
  const signReply = async (keys, id, envelope) => sign(keys, await replyWords(envelope, id));

  return {
    newPhrase, phraseLines, readPhrase, newCode, codeGroups, readCode, phraseKey, recoveryKey, keysOf, sign, lock, unlock,
    fingerprint, uuid, unitPair, sealShare, openShare, rosterBytes, readRoster, signRoster, enrolWords, replyWords, signReply, noteWords, signNote
  }
})();
