import { randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { isBuilderId, type Login } from '../auth/credentials';
import { parseJson } from '../base/json';
import { sealed, unsealed } from '../base/sealed';

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
const text = v.pipe(v.string(), v.nonEmpty());
const envelope = v.object({ format: v.literal(format), version: v.literal(1), salt: text, sealed: text });

/** The text encrypted with a passphrase: scrypt with this salt, then AES-256-GCM (see `sealed`), as JSON. */
export async function encrypted(plain: string, passphrase: string): Promise<string> {
  const salt = randomBytes(16).toString('base64');
  const parts = { format, version: 1, salt, sealed: sealed(plain, await keyOf(passphrase, salt)) };
  return `${JSON.stringify(parts, undefined, 2)}\n`;
}

/** Opens an encrypted text: `undefined` for another passphrase or a damaged file. Undefined itself where the text is none. */
export function decryption(file: string): ((passphrase: string) => Promise<string | undefined>) | undefined {
  const parsed = v.safeParse(envelope, parseJson(file));
  if (!parsed.success) return undefined;
  const { salt, sealed: data } = parsed.output;
  return async (passphrase) => unsealed(data, await keyOf(passphrase, salt));
}

const derive = promisify<string, Buffer, number, object, Buffer>(scrypt);

// 64 MB and a fraction of a second for each guess.
function keyOf(passphrase: string, salt: string): Promise<Buffer> {
  return derive(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), 32, {
    N: 2 ** 16,
    r: 8,
    p: 1,
    maxmem: 128 * 1024 * 1024,
  });
}
