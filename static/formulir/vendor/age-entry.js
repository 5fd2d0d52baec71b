import { Encrypter, Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
export { Encrypter, Decrypter, generateX25519Identity, identityToRecipient }
