import { isRecord } from './reply';

/** What reasoning the service sealed, by watching what it sends. */
export class ReasoningLedger {
  readonly #seals = new Map<string, Set<string>>();
  readonly #blobs = new Set<string>();

  /** Follows one answer; the function takes every event it sends. */
  watch(): (type: string, payload: unknown) => void {
    let text = '';
    return (type, payload) => {
      if (type !== 'reasoningContentEvent' || !isRecord(payload)) return;
      if (typeof payload['text'] === 'string') text += payload['text'];
      if (typeof payload['redactedContent'] === 'string') this.#blobs.add(payload['redactedContent']);
      if (typeof payload['signature'] !== 'string') return;
      this.seal(text, payload['signature']);
      text = '';
    };
  }

  /** Makes a text and its signature known, as if the service had issued them in an earlier answer. */
  seal(text: string, signature: string): void {
    const texts = this.#seals.get(signature) ?? new Set();
    this.#seals.set(signature, texts.add(text));
  }

  /** Makes a blob known, as if the service had issued it in an earlier answer. */
  sealRedacted(blob: string): void {
    this.#blobs.add(blob);
  }

  sealed(text: string, signature: string): boolean {
    return this.#seals.get(signature)?.has(text) ?? false;
  }

  redacted(blob: string): boolean {
    return this.#blobs.has(blob);
  }
}
