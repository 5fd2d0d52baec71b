/* Envelope v1 and receipt in the browser, byte for byte as content/reports/vault does it (docs/envelope-v1.md).
   Needs the vendored hpke and hashwasm. Everything returns promises of Uint8Array; what does not fit throws. */
const lentera = (() => {
  const WRAP = 113, NONCE = 12, TAG = 16, BUCKETS = [16384, 65536, 262144], LENGTH = 4;
  const DAMM = '0317598642709215486342068713591750983426612304597836742095815869720134894536201794386172052581436790';
  const utf8 = text => new TextEncoder().encode(text);
  const random = size => crypto.getRandomValues(new Uint8Array(size));
  const concat = (...parts) => {
    const held = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { held.set(part, at); at += part.length }
    return held
  };
  const number = (value, size) => Uint8Array.from({ length: size }, (_, n) => Math.floor(value / 256 ** (size - 1 - n)) % 256);
  const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
  const unhex = text => {
    if (!/^([0-9a-f]{2})*$/.test(text)) throw Error('not hexadecimal');
    return Uint8Array.from(text.match(/../g) || [], pair => parseInt(pair, 16))
  };
  const base64 = bytes => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text)
  };
  const unbase64 = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
  const equal = (one, other) => hex(one) === hex(other);
  const sha256 = async bytes => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const hkdf = async (secret, info, length = 32) => new Uint8Array(await crypto.subtle.deriveBits(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: typeof info == 'string' ? utf8(info) : info },
    await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']), length * 8));
  const aes = async (key, nonce, aad, bytes, way) => new Uint8Array(await crypto.subtle[way](
    { name: 'AES-GCM', iv: nonce, additionalData: aad },
    await crypto.subtle.importKey('raw', key, 'AES-GCM', false, [way]), bytes));
  const encrypt = (key, nonce, aad, bytes) => aes(key, nonce, aad, bytes, 'encrypt');
  const decrypt = (key, nonce, aad, bytes) => aes(key, nonce, aad, bytes, 'decrypt');

  // Key pairs: { privateKey, publicKey }, the private half extractable because a signing key is made of one.
  const suite = () => hpke.suite();
  const pair = seed => suite().DeriveKeyPair(seed, true);
  const publicBytes = key => suite().SerializePublicKey(key);
  const loadPublic = bytes => suite().DeserializePublicKey(bytes);
  const sealTo = async (recipient, info, bytes) => {
    const { encapsulatedSecret, ciphertext } = await suite().Seal(recipient, bytes, { info });
    return concat(encapsulatedSecret, ciphertext)
  };
  const openWith = (keys, info, sealed) => suite().Open(keys, sealed.slice(0, 65), sealed.slice(65), { info });

  // Receipt
  const checkDigit = digits => [...digits].reduce((interim, digit) => +DAMM[interim * 10 + +digit], 0);
  const digits = count => {
    let held = '';
    while (held.length < count) for (const byte of random(2 * count)) if (byte < 250) held += byte % 10;
    return held.slice(0, count)
  };
  const newReceipt = () => { const held = digits(19); return held + checkDigit(held) };
  const grouped = receipt => receipt.match(/.{4}/g).join(' ');
  const argon2 = (password, salt, mebibytes, passes) => hashwasm.argon2id({
    password, salt, parallelism: 1, iterations: passes, memorySize: mebibytes * 1024, hashLength: 32, outputType: 'binary'
  });
  const stretch = (receipt, salt) => argon2(receipt.slice(0, 19), salt, 64, 3);
  const credentials = async root => {
    const keys = await pair(await hkdf(root, 'lentera/reporter/v1'));
    return { lookup: await hkdf(root, 'lentera/lookup/v1'), keys, publicKey: await publicBytes(keys.publicKey) }
  };

  // In a burst: the number with which the hash of a token begins with so many zero bits. Many at once: each is a call of its own.
  const work = async (token, bits) => {
    const solves = digest => digest.every((byte, n) => byte >> Math.max(0, 8 - Math.max(0, bits - 8 * n)) === 0);
    for (let start = 0; ; start += 256) {
      const tries = Array.from({ length: 256 }, (_, n) => sha256(utf8(`lentera/work/v1|${token}|${start + n}`)));
      const found = (await Promise.all(tries)).findIndex(solves);
      if (found >= 0) return String(start + found)
    }
  };

  // Envelope
  const header = fields => {
    const held = { suite: 'P256-SHA256-A256GCM', v: 1, ...fields };
    return utf8(JSON.stringify(held, Object.keys(held).sort()))
  };
  const wrapInfo = async raw => concat(utf8('lentera/dek/v1|'), await sha256(raw));
  const pad = content => {
    const size = BUCKETS.find(bucket => content.length <= bucket - LENGTH);
    if (!size) throw Error('too large');
    const held = new Uint8Array(size);
    held.set(number(content.length, LENGTH));
    held.set(content, LENGTH);
    return held
  };
  const unpad = padded => {
    const end = LENGTH + padded.subarray(0, LENGTH).reduce((sum, byte) => sum * 256 + byte, 0);
    if (end > padded.length || padded.subarray(end).some(byte => byte)) throw Error('bad padding');
    return padded.slice(LENGTH, end)
  };
  const assemble = (raw, wraps, body) => concat([1], number(raw.length, 2), raw, ...wraps, body);
  const parse = bytes => {
    const end = 3 + bytes[1] * 256 + bytes[2], start = end + 2 * WRAP, size = bytes.length - start - NONCE - TAG;
    if (bytes[0] !== 1 || !BUCKETS.includes(size)) throw Error('no envelope');
    const raw = bytes.slice(3, end);
    const fields = JSON.parse(new TextDecoder().decode(raw));
    if (fields.v !== 1 || fields.suite !== 'P256-SHA256-A256GCM' || !equal(header(fields), raw)) throw Error('not canonical');
    return { raw, fields, wraps: [bytes.slice(end, end + WRAP), bytes.slice(end + WRAP, start)], body: bytes.slice(start) }
  };
  // There are always two wraps; the second recipient may be missing, and nobody can tell.
  const seal = async (content, fields, recipients) => {
    const raw = header(fields), info = await wrapInfo(raw), dek = random(32), nonce = random(NONCE);
    const wraps = await Promise.all(recipients.map(recipient => sealTo(recipient, info, dek)));
    while (wraps.length < 2) wraps.push(await sealTo((await suite().GenerateKeyPair()).publicKey, info, random(32)));
    return assemble(raw, wraps, concat(nonce, await encrypt(dek, nonce, raw, pad(content))))
  };
  const open = async (bytes, keys) => {
    const { raw, wraps, body } = parse(bytes), info = await wrapInfo(raw);
    for (const wrap of wraps) {
      let dek;
      try { dek = await openWith(keys, info, wrap) } catch (error) { continue }
      return unpad(await decrypt(dek, body.slice(0, NONCE), raw, body.slice(NONCE)))
    }
    throw Error('wrong key')
  };

  // Files: sealed in chunks under a key of their own, which travels in a message with the manifest.
  const CHUNK = 65536, LEAST = 16384;
  const padded = size => {
    const exponent = 31 - Math.clz32(size), mask = 2 ** Math.max(0, exponent - 32 + Math.clz32(exponent)) - 1;
    return Math.max(LEAST, (size + mask) & ~mask)
  };
  const fileKey = (secret, id) => hkdf(secret, concat(utf8('lentera/file/v1|'), id));
  const chunkPlace = (id, index, last) => concat(id, number(index, 4), [last ? 1 : 0]);
  const sealFile = async (bytes, type, cleaned, id = random(16), secret = random(32)) => {
    const size = padded(bytes.length), key = await fileKey(secret, id), chunks = [];
    for (let at = 0; at < size; at += CHUNK) {
      const chunk = new Uint8Array(Math.min(CHUNK, size - at)), index = chunks.length;
      chunk.set(bytes.subarray(at, at + chunk.length));
      chunks.push(await encrypt(key, number(index, 12), chunkPlace(id, index, at + CHUNK >= size), chunk))
    }
    return {
      size, chunks, digest: hex(await sha256(concat(...chunks))),
      manifest: { bytes: bytes.length, chunks: chunks.length, cleaned, id: hex(id), key: hex(secret), sha256: hex(await sha256(bytes)), type }
    }
  };
  const openFile = async (manifest, chunks) => {
    const id = unhex(manifest.id), key = await fileKey(unhex(manifest.key), id), parts = [];
    if (chunks.length !== manifest.chunks) throw Error('chunks');
    for (const [index, chunk] of chunks.entries()) {
      parts.push(await decrypt(key, number(index, 12), chunkPlace(id, index, index === chunks.length - 1), chunk))
    }
    const bytes = concat(...parts).slice(0, manifest.bytes);
    if (hex(await sha256(bytes)) !== manifest.sha256) throw Error('altered');
    return bytes
  };

  // Everything a report needs, tried with keys that are thrown away. Rejects where anything is missing or wrong.
  const selfTest = async () => {
    const known = await argon2('1234567890123456789', new Uint8Array(16), 0.0625, 1);
    if (hex(known) !== '7926ba429ffdd7d28db8fdfa1e89727ab5ecc4a090541f243233a76935cb4e47') throw Error('argon2');
    const keys = await pair(random(32)), text = utf8('tes');
    const sealed = await seal(text, { epoch: 1, kind: 'report', mode: 'browser', rid: hex(random(16)), unit: 'x' }, [keys.publicKey]);
    if (!equal(await open(sealed, keys), text)) throw Error('seal')
  };

  return {
    utf8, random, concat, hex, unhex, base64, unbase64, equal, sha256, hkdf, encrypt, decrypt, pair, publicBytes, loadPublic,
    sealTo, openWith, checkDigit, digits, newReceipt, grouped, argon2, stretch, credentials, header, parse, assemble, seal, open,
    work, padded, sealFile, openFile, selfTest
  }
})();
