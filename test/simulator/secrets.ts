/** Credentials in the shapes the service gives them, and the list of all there ever were. */
import { randomBytes } from 'node:crypto';

export class Secrets {
  readonly issued = new Set<string>();

  constructor(private readonly bytes: (count: number) => Buffer = randomBytes) {}

  accessToken(): string {
    return this.#keep(`aoaAAAAAG${this.#random(60)}:${this.#signature()}`);
  }
  refreshToken(): string {
    return this.#keep(`aorAAAAAG${this.#random(60)}:${this.#signature()}`);
  }
  apiKey(): string {
    return this.#keep(`ksk_${this.#random(36)}`);
  }
  clientSecret(): string {
    return this.#keep(this.#jwt({ kid: 'key-1', alg: 'HS384' }, { serialized: this.#random(60) }));
  }
  deviceCode(): string {
    return this.#keep(this.#random(48));
  }
  /** An identity provider's own access token: a JWT that names its owner. */
  identityToken(email: string, expiresAt: number): string {
    const claims = {
      sub: this.#random(9),
      email,
      preferred_username: email,
      exp: Math.floor(expiresAt / 1000),
    };
    return this.#keep(this.#jwt({ typ: 'JWT', alg: 'RS256' }, claims));
  }
  identityRefreshToken(): string {
    return this.#keep(`1.A${this.#random(120)}`);
  }

  #random(count: number): string {
    return this.bytes(count).toString('base64url');
  }
  #signature(): string {
    return `MGUC${this.bytes(72).toString('base64')}`;
  }
  #jwt(header: object, claims: object): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part(header)}.${part(claims)}.${this.#random(48)}`;
  }
  #keep(secret: string): string {
    this.issued.add(secret);
    return secret;
  }
}
