import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';

/** The server's part of the key that secrets are sealed with. */
export const SERVER_KEY = Buffer.alloc(32, 1);

/** Where the browser keeps them, and how they are sealed: the client's part of the key, a nonce, and AES-GCM with its tag. */
const STORAGE_KEY = 'secrets.provider';
const CLIENT_KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Changes the first of an extension's secrets whose key begins so, where the browser keeps it, behind the back of VS Code: as damage on the disk would, or
 * another release of the extension. A window sees it after its next `reload`.
 */
export async function changeSecret(page: Page, key: string, change: (text: string) => string): Promise<void> {
  const sealed = await page.evaluate((name) => localStorage.getItem(name), STORAGE_KEY);
  if (!sealed) throw new Error('The browser keeps no secrets.');
  const secrets = JSON.parse(unseal(sealed)) as Record<string, string>;
  const name = Object.keys(secrets).find((one) => one.includes(`"key":${JSON.stringify(key).slice(0, -1)}`));
  const text = name && secrets[name];
  if (!text) throw new Error(`There is no secret ${key}.`);
  const changed = seal(JSON.stringify({ ...secrets, [name]: change(text) }));
  await page.evaluate(([item, value]) => localStorage.setItem(item, value), [STORAGE_KEY, changed] as const);
}

/**
 * Makes VS Code refuse the secret of this key until it is `allow`ed again, as a locked keyring refuses all. A browser's own
 * storage never says that it is full: what fails is the way of an extension's secret to the window.
 */
export async function refuseSecret(page: Page, key: string): Promise<{ allow: () => Promise<void> }> {
  await page.evaluate((refused) => {
    const { stringify } = JSON;
    Object.assign(globalThis, { allowSecrets: () => Object.assign(JSON, { stringify }) });
    const guarded = (value: { extensionId?: unknown; key?: unknown } | null | undefined, ...more: []) => {
      if (value?.extensionId !== undefined && value.key === refused)
        throw new Error('The keyring is locked.');
      return stringify(value, ...more);
    };
    Object.assign(JSON, { stringify: guarded });
  }, key);
  return { allow: () => page.evaluate('void allowSecrets()') };
}

function unseal(sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const nonceAt = CLIENT_KEY_BYTES;
  const textAt = nonceAt + NONCE_BYTES;
  const tagAt = bytes.length - TAG_BYTES;
  const cipher = createDecipheriv(
    'aes-256-gcm',
    keyOf(bytes.subarray(0, nonceAt)),
    bytes.subarray(nonceAt, textAt),
  );
  cipher.setAuthTag(bytes.subarray(tagAt));
  return Buffer.concat([cipher.update(bytes.subarray(textAt, tagAt)), cipher.final()]).toString('utf8');
}

function seal(text: string): string {
  const clientKey = randomBytes(CLIENT_KEY_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(clientKey), nonce);
  const sealed = [cipher.update(text, 'utf8'), cipher.final()];
  return Buffer.concat([clientKey, nonce, ...sealed, cipher.getAuthTag()]).toString('base64');
}

function keyOf(clientKey: Buffer): Buffer {
  return Buffer.from(clientKey.map((byte, index) => byte ^ (SERVER_KEY[index] ?? 0)));
}
