// For the load test: keeps, for each card of the whiteboard, when which temperature was on the screen.
(() => {
    window.seen = [];
    const last = new Map(), changed = new Set();
    let due = false;

    // The first temperature on a card is the beer's; its unit is written smaller, in an element of its own.
    const warmth = (numbers) => numbers?.textContent.match(/(-?\d+\.\d) °C/)?.[1];

    // In the frame that draws them; told once it is drawn.
    const look = () => {
        due = false;
        const found = [];
        for (const card of changed) {
            const link = card.matches('a') ? card : card.querySelector('a[href^="/tank/"]');
            const said = link && warmth(card.querySelector('.b-big'));
            const tank = said && link.getAttribute('href').slice('/tank/'.length);
            if (said && last.get(tank) !== said) {
                last.set(tank, said);
                found.push([tank, said]);
            }
        }
        changed.clear();
        if (found.length) setTimeout(() => {
            const at = Date.now() / 1000;
            for (const one of found) window.seen.push([...one, at]);
        });
    };

    const note = (node) => {
        const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
        const card = element?.closest('.b-card');
        if (card) changed.add(card);
        else element?.querySelectorAll('.b-card').forEach((inner) => changed.add(inner));
    };

    const watch = () => new MutationObserver((mutations) => {
        for (const mutation of mutations) {
            note(mutation.target);
            mutation.addedNodes.forEach(note);
        }
        if (changed.size && !due) {
            due = true;
            requestAnimationFrame(look);
        }
    }).observe(document.body, {subtree: true, childList: true, characterData: true});
    document.addEventListener('DOMContentLoaded', watch);
})();
