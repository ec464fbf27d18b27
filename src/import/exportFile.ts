import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { isBuilderId, type Login } from '../auth/credentials';
import { parseJson } from '../base/json';

/**
 * Logins as the text of a file that `readCredentialFile` and the common account tools read: a list in the members and
 * spellings that Kiro's IDE writes. It holds every secret of theirs.
 */
export function exportText(logins: readonly Login[]): string {
  return `${JSON.stringify(logins.map(entryOf), undefined, 2)}\n`;
}

function entryOf({ grant, tokens, profileArn, email }: Login): object {
  if (grant.kind === 'apiKey') return { email, authMethod: 'api_key', kiroApiKey: tokens.access };
  const common = {
    email,
    accessToken: tokens.access,
    refreshToken: tokens.refresh,
    expiresAt: dateOf(tokens.expiresAt),
    profileArn,
  };
  switch (grant.kind) {
    case 'social':
      return { ...common, authMethod: 'social', provider: grant.provider };
    case 'oidc': {
      const { kind: _kind, organization: _organization, clientExpiresAt, ...rest } = grant;
      const provider = isBuilderId(grant) ? 'BuilderId' : 'Enterprise';
      const clientSecretExpiresAt = clientExpiresAt && dateOf(clientExpiresAt);
      return { ...common, authMethod: 'IdC', provider, ...rest, clientSecretExpiresAt };
    }
    case 'externalIdp': {
      const { kind: _kind, ...rest } = grant;
      return { ...common, authMethod: 'external_idp', provider: 'ExternalIdp', ...rest };
    }
  }
}

const dateOf = (moment: number) => new Date(moment).toISOString();

const format = 'kiro-models-accounts';
const cipher = 'aes-256-gcm';
const bytes = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9+/]*={0,2}$/),
  v.transform((text) => Buffer.from(text, 'base64')),
);
const envelope = v.object({
  format: v.literal(format),
  version: v.literal(1),
  salt: bytes,
  iv: v.pipe(
    bytes,
    v.check((iv) => iv.length === 12),
  ),
  tag: v.pipe(
    bytes,
    v.check((tag) => tag.length === 16),
  ),
  data: bytes,
});

/** The text encrypted with a passphrase: scrypt, then AES-256-GCM, as JSON with each part in base64. */
export async function encrypted(text: string, passphrase: string): Promise<string> {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const encryption = createCipheriv(cipher, await keyOf(passphrase, salt), iv);
  const data = Buffer.concat([encryption.update(text, 'utf8'), encryption.final()]);
  const parts = { salt, iv, tag: encryption.getAuthTag(), data };
  const texts = Object.entries(parts).map(([name, part]) => [name, part.toString('base64')]);
  return `${JSON.stringify({ format, version: 1, ...Object.fromEntries(texts) }, undefined, 2)}\n`;
}

/** Opens an encrypted text: `undefined` for another passphrase or a damaged file. Undefined itself where the text is none. */
export function decryption(text: string): ((passphrase: string) => Promise<string | undefined>) | undefined {
  const parsed = v.safeParse(envelope, parseJson(text));
  if (!parsed.success) return undefined;
  const { salt, iv, tag, data } = parsed.output;
  return async (passphrase) => {
    const key = await keyOf(passphrase, salt);
    try {
      const opening = createDecipheriv(cipher, key, iv, { authTagLength: 16 }).setAuthTag(tag);
      return Buffer.concat([opening.update(data), opening.final()]).toString('utf8');
    } catch (error) {
      // The one thing that Node says where the tag does not fit.
      if (error instanceof Error && /unable to authenticate data/.test(error.message)) return undefined;
      throw error;
    }
  };
}

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

// 64 MB and a fraction of a second for each guess.
function keyOf(passphrase: string, salt: Buffer): Promise<Buffer> {
  return derive(passphrase.normalize('NFC'), salt, 32, { N: 2 ** 16, r: 8, p: 1, maxmem: 128 * 1024 * 1024 });
}
