import * as vscode from 'vscode';
import type { DetectedSource } from '../sources/detect';
import { sentenceForSource } from './loginSentences';

/** A way in, as the picker offers it. */
export interface WayIn {
  label: string;
  detail?: string;
  /** Sign-ins are hidden where a site allows imports only. */
  kind: 'sign-in' | 'import';
  run: () => Promise<void>;
}

/** Asks how to add an account, what was found on this machine first, and goes that way. */
export async function addAccount(
  detected: readonly DetectedSource[],
  fromSource: (source: DetectedSource) => Promise<void>,
  ways: readonly WayIn[],
): Promise<void> {
  const section = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator, run: undefined });
  const found = detected.map((source) => ({ ...sentenceForSource(source), run: () => fromSource(source) }));
  const itemsOf = (kind: WayIn['kind']) =>
    ways
      .filter((way) => way.kind === kind)
      .map(({ label, detail, run }) => ({ label, run, ...(detail ? { detail } : {}) }));
  const signIns = itemsOf('sign-in');
  const items = [
    ...(found.length > 0 ? [section('Found on this machine'), ...found] : []),
    ...(signIns.length > 0 ? [section('Sign in'), ...signIns] : []),
    section('Bring a login'),
    ...itemsOf('import'),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Add a Kiro account',
    placeHolder: 'How do you sign in to Kiro?',
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  await picked?.run?.();
}
