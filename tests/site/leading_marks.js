// The beginnings of lines that start with a punctuation mark.
() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let last = null;
  const boxOf = ([node, at]) => {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return range.getClientRects()[0];
  };
  while (walker.nextNode()) {
    const { currentNode } = walker;
    const { data, parentElement } = currentNode;
    if (!data.trim() || !parentElement.checkVisibility() || parentElement.closest("svg, script")) continue;
    // For screen readers only.
    if (parentElement.closest(".visually-hidden, .rest")?.offsetWidth === 1) continue;
    for (const { 0: letter, index } of data.matchAll(/\S/g)) {
      if (last && /[,;:.，、；：。）)»”]/.test(letter)) {
        const box = boxOf([currentNode, index]);
        if (box?.width && box.top >= boxOf(last).bottom - 3) found.push(data.slice(index, index + 30));
      }
      last = [currentNode, index];
    }
  }
  return found;
}
