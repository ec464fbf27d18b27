import { isRecord } from './reply';

/** What reasoning the service signed, by watching what it sends. */
export class ReasoningLedger {
  readonly #signatures = new Map<string, Set<string>>();
  readonly #blobs = new Set<string>();

  /** Follows one answer; the function takes every event it sends. */
  watch(): (type: string, payload: unknown) => void {
    let text = '';
    return (type, payload) => {
      if (type !== 'reasoningContentEvent' || !isRecord(payload)) return;
      if (typeof payload['text'] === 'string') text += payload['text'];
      if (typeof payload['redactedContent'] === 'string') this.#blobs.add(payload['redactedContent']);
      if (typeof payload['signature'] !== 'string') return;
      this.sign(text, payload['signature']);
      text = '';
    };
  }

  /** Makes a text and its signature known, as if the service had issued them in an earlier answer. */
  sign(text: string, signature: string): void {
    const texts = this.#signatures.get(signature) ?? new Set();
    this.#signatures.set(signature, texts.add(text));
  }

  /** Makes a blob known, as if the service had issued it in an earlier answer. */
  signRedacted(blob: string): void {
    this.#blobs.add(blob);
  }

  signed(text: string, signature: string): boolean {
    return this.#signatures.get(signature)?.has(text) ?? false;
  }

  redacted(blob: string): boolean {
    return this.#blobs.has(blob);
  }
}
