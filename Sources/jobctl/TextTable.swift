/// Rows of text in aligned columns.
struct TextTable {
    /// A piece of a row.
    struct Cell: Equatable {
        let text: String
        let colour: Colour?

        init(_ text: String, _ colour: Colour? = nil) {
            self.text = text
            self.colour = colour
        }
    }

    private static let gap = "  "

    let headings: [String]
    private(set) var rows: [[Cell]] = []

    init(_ headings: [String]) {
        self.headings = headings
    }

    /// - Precondition: as many cells as headings.
    mutating func append(_ row: [Cell]) {
        precondition(row.count == headings.count, "a row needs a cell for each heading")
        rows.append(row)
    }

    /// The lines, headings first.
    ///
    /// - Parameters:
    ///   - width: what the last column is cut to; `nil` cuts nothing.
    ///   - isColoured: whether cells are painted.
    func lines(width: Int? = nil, isColoured: Bool = false) -> [String] {
        let all = [headings.map { Cell($0) }] + rows
        let widths = headings.indices.map { column in all.map { PrintableText.width($0[column].text) }.max() ?? 0 }
        let before = widths.dropLast().reduce(0) { $0 + $1 + Self.gap.count }
        let room = width.map { max($0 - before, 8) }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let isLast = column == row.count - 1
                let text = isLast ? room.map { PrintableText.cut(cell.text, to: $0) } ?? cell.text : cell.text
                line += isColoured ? cell.colour?.paint(text) ?? text : text
                guard !isLast else { break }
                line += String(repeating: " ", count: widths[column] - PrintableText.width(text)) + Self.gap
            }
            // An empty last cell leaves nothing behind.
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }
}
