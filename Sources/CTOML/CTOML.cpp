#include "CTOML.h"

namespace {

/// What toml++ took for granted of a text, and is not so.
struct Unexpected {
    const char *condition;
};

}  // namespace

// toml++ 3.3 asserts some things that a text can break, such as `[)`: that must be no end of the process.
#define TOML_ASSERT(condition) ((condition) ? static_cast<void>(0) : throw Unexpected{#condition})
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// A document of ours is three steps deep; the walk recurses, so it must end long before the stack does.
constexpr size_t deepest = 64;

constexpr ctoml_text textOf(std::string_view view) noexcept {
    return {view.empty() ? "" : view.data(), view.size()};
}

/// A member of a table or array, with the place that its siblings are ordered by.
struct Member {
    ctoml_key key;
    const toml::node *node;
    toml::source_position place;
};

class Walk {
public:
    Walk(void *context, bool (*visit)(void *, const ctoml_node *), void (*fail)(void *, const ctoml_error *))
        : context{context}, visit{visit}, fail{fail} {
        path.reserve(deepest);
    }

    bool members(const toml::table &table) {
        std::vector<Member> all;
        for (auto &&[key, node] : table)
            all.push_back({{textOf(key.str()), -1}, &node, key.source().begin});
        // toml++ keeps tables sorted by key; people read them in the order in which they were written.
        std::stable_sort(all.begin(), all.end(), [](auto &one, auto &other) { return one.place < other.place; });
        return std::all_of(all.begin(), all.end(), [this](auto &member) { return step(member); });
    }

    bool fails(std::string_view message, toml::source_position place) {
        const ctoml_error error{textOf(message), place.line, place.column};
        fail(context, &error);
        return false;
    }

private:
    bool members(const toml::array &array) {
        int64_t index = 0;
        return std::all_of(array.begin(), array.end(), [&](auto &node) {
            return step({{textOf(""), index++}, &node, node.source().begin});
        });
    }

    bool step(const Member &member) {
        if (path.size() == deepest) return fails("nested too deep: 64 steps are allowed", member.place);
        path.push_back(member.key);
        const bool goesOn = hand(member) && below(*member.node);
        path.pop_back();
        return goesOn;
    }

    bool below(const toml::node &node) {
        if (auto table = node.as_table()) return members(*table);
        if (auto array = node.as_array()) return members(*array);
        return true;
    }

    bool hand(const Member &member) {
        ctoml_node handed{path.data(), path.size(), CTOML_DATE_TIME, member.place.line, member.place.column,
                          textOf(""),  0,           0,               false,             0};
        const toml::node &node = *member.node;
        if (auto table = node.as_table()) {
            handed.kind = CTOML_TABLE;
            handed.count = table->size();
        } else if (auto array = node.as_array()) {
            handed.kind = CTOML_ARRAY;
            handed.count = array->size();
        } else if (auto string = node.as_string()) {
            handed.kind = CTOML_STRING;
            handed.string = textOf(string->get());
        } else if (auto integer = node.as_integer()) {
            handed.kind = CTOML_INTEGER;
            handed.integer = integer->get();
        } else if (auto number = node.as_floating_point()) {
            handed.kind = CTOML_FLOAT;
            handed.number = number->get();
        } else if (auto boolean = node.as_boolean()) {
            handed.kind = CTOML_BOOLEAN;
            handed.boolean = boolean->get();
        }
        return visit(context, &handed);
    }

    void *context;
    bool (*visit)(void *, const ctoml_node *);
    void (*fail)(void *, const ctoml_error *);
    std::vector<ctoml_key> path;
};

}  // namespace

bool ctoml_read(
    const char *text, size_t length, void *context, bool (*visit)(void *, const ctoml_node *),
    void (*fail)(void *, const ctoml_error *)) {
    try {
        Walk walk{context, visit, fail};
        const toml::parse_result result = toml::parse(std::string_view{text, length});
        if (!result) return walk.fails(result.error().description(), result.error().source().begin);
        return walk.members(result.table());
    } catch (const Unexpected &unexpected) {
        const std::string message = std::string{"toml++ expects here: "} + unexpected.condition;
        const ctoml_error error{textOf(message), 0, 0};
        fail(context, &error);
        return false;
    } catch (...) {
        // toml++ itself reports by value here; what is left to be thrown is an allocation that failed.
        constexpr std::string_view message = "memory ran out while reading";
        const ctoml_error error{textOf(message), 0, 0};
        fail(context, &error);
        return false;
    }
}
