/** The present value of a CSS custom property, for canvases. */
export const colour = (property: string) => getComputedStyle(document.documentElement).getPropertyValue(property).trim()
