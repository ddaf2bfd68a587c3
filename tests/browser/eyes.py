#!/usr/bin/python3
"""What is hard to see, to hear or to reach on a page, found out by measure."""

# WCAG 2.2, 1.4.3: the contrast of text with what it stands on; of large text
# (24 px, or 18.66 px in bold) less is enough.
LEAST, LEAST_LARGE = 4.5, 3

# Text that stands on a picture or a gradient cannot be measured so; its colour
# is white there, with a shadow.
PALE = """(() => {
    const paint = document.createElement('canvas').getContext('2d',
        {willReadFrequently: true});
    const parse = (color) => {
        paint.clearRect(0, 0, 1, 1);
        paint.fillStyle = color;
        paint.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = (top, under) => [0, 1, 2].map((i) =>
        top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
    const light = (color) => {
        const [r, g, b] = color.map((n) => n / 255).map((n) =>
            n <= .04045 ? n / 12.92 : ((n + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const ground = (node) => {
        const layers = [];
        for (; node; node = node.parentElement) {
            const style = getComputedStyle(node);
            if (style.backgroundImage !== 'none' ||
                style.position === 'absolute' && !node.matches('dialog'))
                return null;
            layers.push(parse(style.backgroundColor));
            if (layers.at(-1)[3] === 1)
                return layers.reduceRight((under, top) => over(top, under));
        }
        return null;
    };
    const visible = (node) => {
        const box = node.getBoundingClientRect();
        return box.width > 1 && box.height > 1 && node.checkVisibility(
            {opacityProperty: true, visibilityProperty: true});
    };
    const found = [];
    let measured = 0;
    const walk = document.createTreeWalker(document.body, 4);
    while (walk.nextNode()) {
        const node = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !visible(node) ||
            node.closest(':disabled'))
            continue;
        const under = ground(node);
        if (!under)
            continue;
        measured++;
        const style = getComputedStyle(node);
        const ink = over(parse(style.color), under);
        const [a, b] = [light(ink), light(under)];
        const contrast = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
        if (contrast < (large ? %s : %s))
            found.push([walk.currentNode.data.trim().slice(0, 40),
                        contrast.toFixed(2)]);
    }
    return {found, measured};
})()""" % (LEAST_LARGE, LEAST)

CONTROLS = {"button", "link", "textbox", "slider", "tab", "checkbox", "dialog",
            "switch", "combobox", "listbox", "searchbox", "spinbutton"}

# What can be scrolled to in a strip is not outside.
OUTSIDE = """((scrolls) => [...document.querySelectorAll(
    'a, button, input, textarea, select, h1, h2, h3, p, label, li, img, code')]
    .filter((node) => node.checkVisibility() &&
            !node.closest('.skip, .hidden') && !scrolls(node))
    .filter((node) => {
        const {left, right, width} = node.getBoundingClientRect();
        return width > 1 && (left < -1 || right > innerWidth + 1);
    }).map((node) => node.outerHTML.slice(0, 120))
    .concat(document.documentElement.scrollWidth > innerWidth ?
            ['the page itself'] : []))((node) => {
        while ((node = node.parentElement))
            if (/auto|scroll/.test(getComputedStyle(node).overflowX) &&
                node.clientHeight < 100)
                return true;
        return false;
    })"""

FOCUS = """((node) => node === document.body || [node, node.parentElement,
    node.parentElement?.parentElement].some((one) => one &&
    (getComputedStyle(one).outlineStyle !== 'none' ||
     getComputedStyle(one).boxShadow !== 'none')))(document.activeElement)"""


def pale(visit):
    """Texts that contrast too little: [[text, contrast], ...]."""
    seen = visit.evaluate(PALE)
    assert seen["measured"], "there is no text to measure"
    return seen["found"]


def nameless(visit):
    """Controls that a screen reader has no name for."""
    tree = visit.command("Accessibility.getFullAXTree")["nodes"]
    controls = [node for node in tree if not node["ignored"]
                and node["role"]["value"] in CONTROLS]
    assert controls, "there is nothing to press"
    return [(node["role"]["value"], node.get("backendDOMNodeId"))
            for node in controls
            if not node.get("name", {}).get("value", "").strip()]


def overflowing(visit):
    """What stands out of the screen at its sides."""
    return visit.evaluate(OUTSIDE)


def shows_focus(visit):
    """Whether one sees where the keyboard is."""
    return visit.evaluate(FOCUS)
