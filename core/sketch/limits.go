package sketch

// MaxWidth is the greatest width of a stroke, times the pen's.
const MaxWidth = maxWidth
