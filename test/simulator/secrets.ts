/** Credentials in the shapes the service gives them, and the list of all there ever were. */
import { randomBytes } from 'node:crypto';

export class Secrets {
  readonly issued = new Set<string>();

  accessToken(): string {
    return this.#keep(`aoaAAAAAG${random(60)}:${signature()}`);
  }
  refreshToken(): string {
    return this.#keep(`aorAAAAAG${random(60)}:${signature()}`);
  }
  apiKey(): string {
    return this.#keep(`ksk_${random(36)}`);
  }
  clientSecret(): string {
    return this.#keep(jwt({ kid: 'key-1', alg: 'HS384' }, { serialized: random(60) }));
  }
  deviceCode(): string {
    return this.#keep(random(48));
  }
  /** An identity provider's own access token: a JWT that names its owner. */
  identityToken(email: string, expiresAt: number): string {
    const claims = { sub: random(9), email, preferred_username: email, exp: Math.floor(expiresAt / 1000) };
    return this.#keep(jwt({ typ: 'JWT', alg: 'RS256' }, claims));
  }
  identityRefreshToken(): string {
    return this.#keep(`1.A${random(120)}`);
  }

  #keep(secret: string): string {
    this.issued.add(secret);
    return secret;
  }
}

function random(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

function signature(): string {
  return `MGUC${randomBytes(72).toString('base64')}`;
}

function jwt(header: object, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${random(48)}`;
}
