import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Login } from '../../../src/auth/credentials';
import { neverExpires } from '../../../src/auth/pastedCredentials';
import { KiroError } from '../../../src/base/errors';
import { readCredentialFile } from '../../../src/import/credentialFile';
import { decryption, encrypted, exportText } from '../../../src/import/exportFile';

const now = Date.UTC(2026, 10, 21);
const tokens = {
  access: 'aoa'.padEnd(140, 'x'),
  refresh: 'aor'.padEnd(140, 'x'),
  expiresAt: now + 3_600_000,
};
const profileArn = 'arn:aws:codewhisperer:us-east-1:699475941385:profile/SOCIAL';
const email = 'ana@example.com';
const client = { clientId: 'client', clientSecret: 'secret', clientExpiresAt: now + 86_400_000 };
const logins: Record<string, Login> = {
  google: { grant: { kind: 'social', provider: 'Google' }, tokens, profileArn, email },
  'builder-id': {
    grant: { kind: 'oidc', region: 'us-east-1', startUrl: undefined, organization: undefined, ...client },
    tokens,
    profileArn: undefined,
    email,
  },
  idc: {
    grant: {
      kind: 'oidc',
      region: 'eu-west-1',
      startUrl: 'https://acme.awsapps.com/start',
      organization: undefined,
      ...client,
    },
    tokens,
    profileArn,
    email,
  },
  'external-idp': {
    grant: {
      kind: 'externalIdp',
      issuerUrl: 'https://acme.okta.com',
      tokenEndpoint: 'https://acme.okta.com/oauth2/v1/token',
      clientId: 'c',
      scopes: ['offline_access'],
    },
    tokens,
    profileArn: undefined,
    email,
  },
  'api-key': {
    grant: { kind: 'apiKey' },
    tokens: { access: `ksk_${'k'.repeat(40)}`, expiresAt: neverExpires },
    email,
  },
};

async function read(text: string, passphrase?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'kiro-export-'));
  try {
    writeFileSync(join(folder, 'x.json'), text);
    const { signal } = new AbortController();
    const options = { now: () => now, signal, ...(passphrase !== undefined && { passphrase }) };
    const found = await readCredentialFile(join(folder, 'x.json'), options);
    assert.deepEqual(found.problems, []);
    return found.logins.map(({ credential }) => (credential.kind === 'login' ? credential.login : undefined));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const failsWith = (reason: string) => (error: unknown) =>
  error instanceof KiroError && error.code === 'import-failed' && error.reason === reason;

describe('Exported logins', () => {
  for (const [method, login] of Object.entries(logins)) {
    it(`are read back as they were: ${method}`, async () => {
      assert.deepEqual(await read(exportText([login])), [login]);
    });
  }

  it('are read back together, encrypted', async () => {
    const all = Object.values(logins);
    const text = await encrypted(exportText(all), 'correct horse');
    for (const secret of [tokens.access, tokens.refresh, 'secret', email]) assert.ok(!text.includes(secret));
    assert.deepEqual(await read(text, 'correct horse'), all);
  });

  it('are not read without the passphrase, nor with another one', async () => {
    const text = await encrypted(exportText([]), 'correct horse');
    await assert.rejects(read(text), failsWith('encrypted'));
    await assert.rejects(read(text, 'battery staple'), failsWith('wrong-passphrase'));
  });

  it('are never encrypted the same way twice', async () => {
    const [one, other] = await Promise.all([encrypted('x', 'p'), encrypted('x', 'p')]);
    assert.notEqual(one, other);
  });

  it('are not read where any part of the file was changed', async () => {
    const text = await encrypted('text', 'p');
    const places = [
      ['salt', 0],
      ['sealed', 0],
      ['sealed', 12],
      ['sealed', 28],
    ] as const;
    for (const [part, at] of places) {
      const envelope = JSON.parse(text) as Record<string, string>;
      const bytes = Buffer.from(envelope[part] ?? '', 'base64');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const changed = JSON.stringify({ ...envelope, [part]: bytes.toString('base64') });
      assert.equal(await decryption(changed)?.('p'), undefined, `${part} ${at}`);
    }
    assert.equal(await decryption(text)?.('p'), 'text');
  });

  it('are taken for encrypted only where they are', () => {
    for (const text of ['', '{}', '[]', '{"format":"kiro-models-accounts"}', exportText([])])
      assert.equal(decryption(text), undefined);
  });
});
