import * as vscode from 'vscode';
import { fullLogWords } from '../messages/accountSentences';

/** Says in the status bar, while it is so, that the log has what people and models write. */
export function fullLogItem(mode: () => 'off' | 'figures' | 'full'): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('kiroModels.fullLog', vscode.StatusBarAlignment.Right, 99);
  item.name = fullLogWords.name;
  item.text = fullLogWords.text;
  item.tooltip = fullLogWords.tooltip;
  item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
  item.command = {
    command: 'workbench.action.openSettings',
    title: fullLogWords.tooltip,
    arguments: ['kiroModels.log.requests'],
  };
  const show = () => (mode() === 'full' ? item.show() : item.hide());
  show();
  const changes = vscode.workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration('kiroModels.log')) show();
  });
  return vscode.Disposable.from(item, changes);
}
