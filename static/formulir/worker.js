/* Runs beside a page of the desk, which therefore does not stand still: Argon2id for a phrase, age for a package. Each worker does
   one piece of work and is ended by the page, and with it goes what it was given. It sends nothing anywhere. */
const works = {
  argon2: (password, salt, mebibytes, passes) => hashwasm.argon2id({
    password, salt, parallelism: 1, iterations: passes, memorySize: mebibytes * 1024, hashLength: 32, outputType: 'binary'
  }),
  // Sealed to a key, or under a passphrase (scrypt, 2 ** 18).
  age: (bytes, { recipient, passphrase }) => {
    const made = new age.Encrypter();
    if (recipient) made.addRecipient(recipient); else made.setPassphrase(passphrase);
    return made.encrypt(bytes)
  }
};
onmessage = async ({ data: { part, work, given } }) => {
  try {
    importScripts(part);
    postMessage({ done: await works[work](...given) })
  } catch (error) { postMessage({ failed: String(error.message) }) }
};
