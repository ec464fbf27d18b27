import * as vscode from 'vscode';
import { isToldByName } from '../../scm/diffDigest';

/** What we use of the interface that VS Code's own Git extension offers to others. */
export interface Repository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
  readonly ui: { readonly selected: boolean };
  readonly state: {
    readonly indexChanges: readonly Change[];
    readonly workingTreeChanges: readonly Change[];
    readonly untrackedChanges?: readonly Change[];
    readonly mergeChanges: readonly Change[];
  };
  diff(cached?: boolean): Promise<string>;
  log(options: { maxEntries: number }): Promise<{ message: string }[]>;
}
interface Change {
  readonly uri: vscode.Uri;
  readonly status: number;
}
interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): { readonly repositories: readonly Repository[] };
}

const untracked = 7;
const messagesForStyle = 10;
const mostOfNewFile = 20_000;
const mostNewFiles = 50;
const instructionFiles = ['.github/copilot-instructions.md', 'AGENTS.md'];

/** The repositories of this window; undefined where Git is turned off. */
export async function repositories(): Promise<readonly Repository[] | undefined> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (!extension) return undefined;
  const git = extension.isActive ? extension.exports : await extension.activate();
  return git.enabled ? git.getAPI(1).repositories : undefined;
}

/** What is staged, or everything where nothing is, as Git's diff; empty where nothing has changed. */
export async function changesOf(repository: Repository): Promise<string> {
  const { indexChanges, workingTreeChanges, untrackedChanges = [] } = repository.state;
  if (indexChanges.length > 0) return await repository.diff(true);
  const added = [...untrackedChanges, ...workingTreeChanges.filter(({ status }) => status === untracked)];
  const texts = added.slice(0, mostNewFiles).map(({ uri }) => newFile(uri, repository.rootUri));
  return [await repository.diff(false), ...(await Promise.all(texts))].join('\n');
}

/** The last messages, the newest first; none in a repository without a commit. */
export async function recentMessages(repository: Repository): Promise<string[]> {
  try {
    const commits = await repository.log({ maxEntries: messagesForStyle });
    return commits.map(({ message }) => message);
  } catch {
    return [];
  }
}

/** What the repository tells its helpers. */
export async function instructionsOf({ rootUri }: Repository): Promise<string[]> {
  const texts = await Promise.all(
    instructionFiles.map((path) => textOf(vscode.Uri.joinPath(rootUri, path)).catch(() => undefined)),
  );
  return texts.filter((text) => text !== undefined);
}

/** As Git shows a file that it has just been told of. */
async function newFile(uri: vscode.Uri, root: vscode.Uri): Promise<string> {
  const name = uri.path.slice(root.path.length + 1);
  const head = `diff --git a/${name} b/${name}\nnew file`;
  if (isToldByName(name)) return head;
  const text = await textOf(uri).catch(() => undefined);
  if (text === undefined || text.includes('\0')) return `${head}\nBinary files differ`;
  return `${head}\n${text.replace(/^/gm, '+')}`;
}

async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  const { size } = await vscode.workspace.fs.stat(uri);
  if (size > mostOfNewFile) return undefined;
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
